import { DatabaseSync } from "node:sqlite";
import type { WebRoom } from "../../tests/browser/room.ts";

/** Who says what. */
type Line = readonly [name: string, text: string];

const YESTERDAY: readonly Line[] = [
  ["carol", "is the printer dead, or is it only me?"],
  ["bob", "The printer on the second floor works again."],
  ["carol", "thank you! I have forty slides waiting"],
];

const TODAY: readonly Line[] = [
  ["dave", "Morning. Does anyone know which switch port the new access point is on?"],
  [
    "mehmet",
    "Port 14, cabinet B. It is labelled `ap-2-west`, and the config is at http://192.168.55.20/plan",
  ],
  ["mehmet", "do not touch 15, that is the lift"],
  ["carol", "/me prints all of her slides"],
  [
    "carol",
    "hi alice, could you bring the long HDMI cable to the big room at ten? The short one does not reach past the first row of tables.",
  ],
  ["yuki", "お昼ごはん、一緒にどう？ 🍜"],
  ["frank", "12:30 in the yard, whoever wants"],
  ["gita", "👍🏽"],
];

/** Names and words that break a layout which does not expect them. */
export const LONG: readonly Line[] = [
  [
    "Bartholomew-Featherstonehaugh-Jr",
    "A name of thirty-two characters breaks where it must and never pushes the text away.",
  ],
  [
    "gita",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsmitgliederversammlungsprotokollführerin",
  ],
  [
    "mehmet",
    "http://192.168.55.20/builds/2026-11-25/artifacts/x86_64-unknown-linux-gnu/release/parley-server.tar.zst?token=9f8e7d6c5b4a39281706f5e4d3c2b1a0",
  ],
  ["ליאור", "שלום לכולם, השרת ב־192.168.55.13 פועל שוב. תודה alice!"],
  ["سلمى", "ممتاز، الأمر `nc 192.168.55.13 8081` يعمل من هاتفي أيضًا."],
  [
    "dave",
    "here is what the compiler says:\n```\nerror[E0382]: borrow of moved value: `members`\n  --> src/room.rs:118:21\n118 |  let count = members.iter().filter(|m| m.cursor < self.log.head()).count(); // behind\n    |              ^^^^^^^ value borrowed here after move\n```",
  ],
  ["yuki", "👍🏽 👩‍🔬"],
];

/** What was said yesterday: said now, and then put back by a day while the server is stopped. */
export async function talkYesterday(room: WebRoom): Promise<void> {
  for (const [name, text] of YESTERDAY) {
    const peer = await room.join(name);
    await peer.say(text, "/quit");
    await peer.rest();
  }
  await room.stopServer("SIGTERM");
  using file = new DatabaseSync(room.file);
  file.exec("UPDATE entries SET time = strftime('%Y-%m-%dT%H:%M:%fZ', time, '-1 day')");
  await room.startServer();
}

/** What was said today, by people who are still there. */
export async function talkLately(room: WebRoom): Promise<void> {
  const peers = new Map();
  for (
    const name of ["bob", "dave", "carol", "mehmet", "yuki", "frank", "gita", "ליאור", "سلمى", "catherine"]
  ) {
    peers.set(name, await room.join(name));
  }
  for (const [name, text] of TODAY) {
    await peers.get(name).say(text, "/ping said");
    await peers.get(name).until("-- pong said");
  }
  await peers.get("catherine").say("/join kitchen", "the coffee machine is on");
  for (const name of ["3d-printer", "release"]) {
    const peer = await room.join(`in-${name}`);
    await peer.say(`/join ${name}`, "hello");
    await peer.until(`in ${name}`);
  }
}

import { assert, assertEquals } from "@std/assert";
import { BANNER, WELCOME } from "../../../lib/wire/hello.ts";
import { type Needs, testWith } from "../../helpers/needs.ts";
import { Folder, peakMemory } from "../../helpers/system.ts";
import { Terminal, WITH_TMUX } from "../../helpers/terminal.ts";

const NEEDS: Needs = { permissions: ["run", "net", "read", "write", "env"], others: WITH_TMUX };

/** The most memory that a client may take, in MiB; an idle one takes about 70. */
const MAX_MEMORY = 300;

const encoder = new TextEncoder();

/** A server that welcomes whoever connects, and then sends `flood` again and again, as fast as it is read. */
function hostileServer(flood: string): Disposable & { port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const conns: Deno.Conn[] = [];
  const welcome = '{"kind":"welcome","version":1,"log":"L","seq":0,"name":"alice","taken":0}';
  async function serve(conn: Deno.Conn): Promise<void> {
    const write = async (bytes: Uint8Array) => {
      for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
    };
    await write(encoder.encode(`${WELCOME}\n${BANNER}\n`));
    await conn.read(new Uint8Array(1024));
    await write(encoder.encode(`${welcome}\n`));
    for (const bytes = encoder.encode(flood);;) await write(bytes);
  }
  (async () => {
    for await (const conn of listener) {
      conns.push(conn);
      serve(conn).catch(() => {});
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    [Symbol.dispose]() {
      listener.close();
      conns.forEach((conn) => conn.close());
    },
  };
}

/** Control characters of all kinds, with what they control; what is left of it without them is harmless. */
const EVIL = "\x1b]0;PWNED\x07\x1b[2J\x1b[31mPWNED\x9b31mPWNED\x07\r\x08\u202ePWNED\x85";

const [ESCAPE, BACKSPACE] = ["\x1b", "\x08"];

/** What must not reach the terminal of it; styles and notifications (OSC 9) are the client's own. */
const LEAK = new RegExp(`${ESCAPE}\\][^9]|\x9b|${ESCAPE}\\[31mPWNED|${BACKSPACE}|\x85|\u202e`, "g");

const TIME = "2026-11-22T20:14:03Z";

function lines(...values: object[]): string {
  return values.map((value) => JSON.stringify(value) + "\n").join("");
}

const names = Array.from({ length: 1000 }, (_, i) => `name${i}${EVIL.slice(0, 9)}`);

const FLOODS: Record<string, string> = {
  "escapes in every field": lines(
    { seq: 1, time: TIME, kind: "said", name: EVIL, text: `alice ${EVIL}` },
    { seq: 2, time: TIME, kind: "action", name: EVIL, text: EVIL },
    { seq: 3, time: TIME, kind: "left", names: [EVIL, EVIL], reason: EVIL },
    { seq: 4, time: TIME, kind: "renamed", name: EVIL, to: EVIL },
    { kind: "private", name: EVIL, text: EVIL },
    { kind: "notice", text: EVIL },
    { kind: "error", text: EVIL },
    { kind: "pong", text: EVIL },
  ) + `${EVIL}\n`,
  "a thousand names at a time": lines({ seq: 1, time: TIME, kind: "joined", names }),
  "a line without end": "x".repeat(64 * 1024),
  "garbage": '{\n{}\n[1,2\nnull\n{"kind":"said"}\n'.repeat(2000),
  "welcomes that never end": lines({ kind: "welcome", version: 1, log: "L", seq: 0, name: "b", taken: 0 }),
};

for (const [what, flood] of Object.entries(FLOODS)) {
  testWith(NEEDS, `a server that sends ${what} neither reaches the terminal nor stops the keys`, async () => {
    await using folder = await Folder.make();
    using server = hostileServer(flood);
    const run = [Deno.execPath(), "run", "--no-prompt", "--allow-net", "client.ts"];
    await using alice = await Terminal.start([...run, "127.0.0.1", `${server.port}`, "--name", "alice"]);
    await alice.until(">");
    await alice.record(folder.file("output"));
    const pid = await clientOf(server.port);
    let longest = 0;
    let typed = "";
    for (const character of "typing in a flood") {
      const start = performance.now();
      await alice.type(character);
      typed += character;
      await alice.until((screen) => screen.at(-1)?.replace(/^\w*/, "").trimEnd() === `> ${typed}`.trimEnd());
      longest = Math.max(longest, performance.now() - start);
    }
    assert(longest < 1500, `a key took ${longest} ms`);
    const memory = await peakMemory(pid);
    assert(memory < MAX_MEMORY, `the client took ${memory} MiB`);
    await alice.press("C-c", "C-c", "C-c");
    await alice.ended();
    const output = await Deno.readTextFile(folder.file("output"));
    const leaked = output.match(LEAK);
    assertEquals(leaked, null);
  });
}

/** The process that is connected to this port. */
async function clientOf(port: number): Promise<number> {
  const { stdout } = await new Deno.Command("pgrep", { args: ["-f", `client.ts 127.0.0.1 ${port} --name`] })
    .output();
  const pids = new TextDecoder().decode(stdout).trim().split("\n").map(Number);
  // The first is the shell that tmux started.
  return Math.max(...pids);
}

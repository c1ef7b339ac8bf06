/**
 * Draws the picture of the README: a real session of the client in a real terminal (tmux), captured.
 *
 * Run it with `deno task picture`.
 *
 * @module
 */
import { ServerProcess } from "../tests/helpers/process.ts";
import { Terminal } from "../tests/helpers/terminal.ts";
import { drawScreen } from "./svg.ts";

const SIZE = { columns: 80, rows: 17 };

await using server = await ServerProcess.start();
using bob = await server.join("bob");
using carol = await server.join("carol");

/** Says lines, one after the other, and waits until they were said. */
async function say(who: typeof bob, name: string, ...lines: string[]): Promise<void> {
  for (const line of lines) {
    await who.say(line);
    await server.until(line.startsWith("/me ") ? `* ${name}` : `<${name}> ${line}`);
  }
}

await say(bob, "bob", "the printer on the second floor works again");
await say(carol, "carol", "thank you!", "/me prints all of her slides");

await using alice = await Terminal.client(server, ["--name", "alice"], SIZE);
await alice.until("/help lists");
await alice.type("hello you two");
await alice.press("Enter");
await alice.until("<You> hello");
await say(
  carol,
  "carol",
  "hi alice, the plan is at http://192.168.55.20/plan",
  "お昼ごはん、一緒にどう？ 🍜",
);
await bob.say("/msg alice is there still cake?");
await alice.until("still cake");
using dave = await server.join("dave");
await alice.until("-- dave joined");
await alice.type("/msg bo");
await alice.press("Tab");
await alice.type("only one piece");
await alice.press("Enter");
await alice.until("[to bob] only one piece");
await say(dave, "dave", "here is what the compiler says now:");
await alice.paste("error[E0382]: borrow of moved value\n  --> src/main.rs:4:20\n".repeat(6));
await alice.type(" and how can");
await alice.press("Left", "Left", "Left", "Left");
await say(bob, "bob", "what arrives meanwhile stands above what you type");
const lines = await alice.until("what you type").then(() => alice.screen({ styles: true }));
await Deno.writeTextFile(
  new URL("session.svg", import.meta.url),
  drawScreen({ lines, ...SIZE, cursor: await alice.cursor() }),
);
await alice.press("C-c", "C-d");
await alice.ended();

import { assertEquals } from "@std/assert";
import { type Needs, testWith } from "../../helpers/needs.ts";
import { ServerProcess } from "../../helpers/process.ts";
import { ServerHere } from "../../helpers/server_here.ts";
import { Folder } from "../../helpers/system.ts";
import { Terminal, WITH_TMUX } from "../../helpers/terminal.ts";

const NEEDS: Needs = { permissions: ["run", "net", "read", "write", "env"], others: WITH_TMUX };

/** What no append-only terminal is sent: any control character but the end of a line. */
// deno-lint-ignore no-control-regex
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** A client in a terminal whose lines are edited by the terminal. */
function plainClient(server: { port: number }, args: string[], { dumb = false } = {}): Promise<Terminal> {
  // Deno itself shows its progress on a terminal, and erases that, unless it is quiet.
  const permissions = ["--quiet", "--no-prompt", "--allow-net", "--allow-read", "--allow-env=TERM"];
  const run = [Deno.execPath(), "run", ...permissions, "client.ts", "127.0.0.1", `${server.port}`, ...args];
  return Terminal.start(dumb ? ["env", "TERM=dumb", ...run] : [...run, "--plain"]);
}

for (const dumb of [false, true]) {
  testWith(NEEDS, `${dumb ? "TERM=dumb" : "--plain"} appends lines only`, async () => {
    await using folder = await Folder.make();
    await using server = new ServerHere();
    using bob = await server.join("bob");
    await using alice = await plainClient(server, [], { dumb });
    await alice.record(folder.file("output"));
    await alice.until("your name (Enter: 127.0.0.1):");
    await alice.type("alice");
    await alice.press("Enter");
    await alice.until("-- Ctrl-D leaves; /help lists the commands");
    await bob.say(`hello, ${"a long way to say hello, ".repeat(8)}`, "bye");
    await alice.until("<bob> bye");
    await alice.type("hi");
    await alice.press("Enter");
    assertEquals(await bob.until("<alice>"), "<alice> hi");
    await alice.until("<You> hi");
    await alice.type("/msg nobody psst");
    await alice.press("Enter");
    await alice.until("-- not said: /msg nobody psst");
    await alice.press("C-d");
    assertEquals(await alice.ended(), 0);
    await bob.until("-- alice left");
    const output = await Deno.readTextFile(folder.file("output"));
    assertEquals(CONTROLS.exec(output), null, JSON.stringify(output));
    const lines = output.split("\r\n").map((line) => line.replace(/^\d\d:\d\d /, "hh:mm "));
    assertEquals(lines.filter((line) => /bob>|alice> |^>/.test(line)), [
      `hh:mm <bob> hello, ${"a long way to say hello, ".repeat(8)}`,
      "hh:mm <bob> bye",
    ]);
  });
}

testWith(NEEDS, "--plain does not show a password that is typed", async () => {
  await using folder = await Folder.make({ password: "s3cret" });
  await using server = await ServerProcess.start(["--password-file", folder.file("password")], folder);
  await using alice = await plainClient(server, ["--name", "alice"]);
  await alice.until("password:");
  await alice.type("s3cret");
  await alice.press("Enter");
  await alice.until("-- Ctrl-D leaves");
  await alice.type("hello");
  await alice.press("Enter");
  const screen = (await alice.until("<You> hello")).join("\n");
  assertEquals(screen.includes("s3cret"), false, screen);
  assertEquals(screen.split("hello").length, 3, "the terminal shows what is typed, then what was said");
});

testWith(NEEDS, "--plain says what was typed before the end of the input", async () => {
  await using server = new ServerHere();
  using bob = await server.join("bob");
  const client = `${Deno.execPath()} run --no-prompt --allow-net client.ts 127.0.0.1 ${server.port}`;
  const script = `printf 'one\\ntwo\\n' | script -qec '${client} --plain --name alice' /dev/null`;
  await using alice = await Terminal.start(["sh", "-c", script]);
  await bob.until("<alice> one");
  assertEquals(await bob.next(), "<alice> two");
  await bob.until("-- alice left");
  assertEquals(await alice.ended(), 0);
});

testWith(NEEDS, "--plain leaves when it is interrupted", async () => {
  await using server = new ServerHere();
  using bob = await server.join("bob");
  await using alice = await plainClient(server, ["--name", "alice"]);
  await alice.until("-- Ctrl-D leaves");
  await alice.press("C-c");
  await bob.until("-- alice left");
  assertEquals(await alice.ended(), 130);
});

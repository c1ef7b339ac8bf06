import { assert, assertEquals } from "@std/assert";
import { connectTcp } from "../../../lib/net/tcp.ts";
import { type Needs, testWith } from "../../helpers/needs.ts";
import { Peer } from "../../helpers/peer.ts";
import { Terminal, WITH_TMUX } from "../../helpers/terminal.ts";

const NEEDS: Needs = { permissions: ["run", "net", "read", "write", "env"], others: WITH_TMUX };

const SERVER = [Deno.execPath(), "run", "--no-prompt", "--allow-net", "server.ts", "127.0.0.1", "0"];

/** A server in a terminal, whose line editor is there. */
async function startServer(
  args: string[] = [],
): Promise<{ terminal: Terminal; join(name: string): Promise<Peer> }> {
  const terminal = await Terminal.start([...SERVER, ...args], { columns: 120 });
  const screen = await terminal.until((screen) => screen.at(-1) === "server>");
  const port = Number(/listening on 127.0.0.1 port (\d+)/.exec(screen.join("\n"))![1]);
  async function join(name: string): Promise<Peer> {
    const peer = new Peer(await connectTcp({ hostname: "127.0.0.1", port }));
    await peer.say(`/name ${name}`);
    await peer.until(`-- you are ${name}`);
    return peer;
  }
  return { terminal, join };
}

testWith(NEEDS, "what happens appears above the operator's line, with the time and in colours", async () => {
  const { terminal, join } = await startServer();
  await using _ = terminal;
  await terminal.type("half a li");
  using bob = await join("bob");
  await bob.say("hello");
  await terminal.until("<bob> hello");
  assertEquals(await terminal.bottom(4), [
    "hh:mm 127.0.0.1 connected",
    "hh:mm -- bob joined",
    "hh:mm <bob> hello",
    "server> half a li",
  ]);
  assert(
    (await terminal.screen({ styles: true })).some((line) =>
      line.includes("\x1b[38;5;") && line.includes("bob")
    ),
  );
  await terminal.type("ne");
  await terminal.press("Enter");
  assertEquals(await bob.until("half"), "<server> half a line");
  await terminal.until((screen) =>
    screen.at(-2)?.endsWith("<server> half a line") === true && screen.at(-1) === "server>"
  );
});

testWith(
  NEEDS,
  "Tab completes the operator's commands and names, and a refused command comes back",
  async () => {
    const { terminal, join } = await startServer();
    await using _ = terminal;
    using bob = await join("bob");
    await terminal.type("/kik bob");
    await terminal.press("Enter");
    await terminal.until("did you mean /kick?");
    await terminal.until((screen) => screen.at(-1) === "server> /kik bob");
    await terminal.press("C-c");
    await terminal.type("/ki");
    await terminal.press("Tab");
    await terminal.type("b");
    await terminal.press("Tab");
    await terminal.type("too loud");
    await terminal.until((screen) => screen.at(-1) === "server> /kick bob too loud");
    await terminal.press("Enter");
    assertEquals((await bob.rest()).at(-1), "error: you were kicked: too loud");
  },
);

testWith(NEEDS, "several pasted lines are said by the operator, and are no commands", async () => {
  const { terminal, join } = await startServer();
  await using _ = terminal;
  using bob = await join("bob");
  await terminal.paste("/stats\ntwo\n");
  await terminal.until("server> [2 lines]");
  await terminal.press("Enter");
  await bob.until("-- server joined");
  assertEquals(await bob.take(2), ["<server> /stats", "<server> two"]);
});

testWith(NEEDS, "/quit and Ctrl-D say how to end the server, and Ctrl-C ends it in order", async () => {
  const { terminal, join } = await startServer();
  await using _ = terminal;
  using bob = await join("bob");
  await terminal.type("/quit");
  await terminal.press("Enter");
  await terminal.until("-- Ctrl-C ends the server, for everyone");
  await terminal.press("C-d");
  await terminal.until((screen) => screen.includes("Ctrl-C ends the server"));
  await terminal.type("not this");
  await terminal.press("C-c");
  await terminal.until((screen) => screen.at(-1) === "server>");
  await bob.say("/ping");
  await bob.until("-- pong");
  await terminal.press("C-c");
  assertEquals((await bob.rest()).at(-1), "-- the server is shutting down");
  assertEquals(await terminal.ended(), 0);
});

testWith(NEEDS, "an operator whose output is no terminal goes on line by line", async () => {
  const command = SERVER.map((word) => `'${word}'`).join(" ");
  await using terminal = await Terminal.start(["bash", "-c", `${command} | cat`]);
  await terminal.until("join with");
  await terminal.type("/who");
  await terminal.press("Enter");
  await terminal.until("-- 1 here: server");
  assert(!(await terminal.screen()).some((line) => line.startsWith("server>")));
  await terminal.press("C-c");
  await terminal.ended();
});

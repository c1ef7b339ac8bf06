import { assert, assertEquals } from "@std/assert";
import { Authenticator } from "../../../lib/server/access/authenticator.ts";
import { startInMemory, type TestOptions, TestOutput, type TestServer } from "../../helpers/servers.ts";

/** A server with someone at its terminal. */
class Terminal {
  readonly output = new TestOutput();
  readonly server: TestServer;
  readonly #typed = new TransformStream<string, string>();
  readonly #writer = this.#typed.writable.getWriter();

  constructor(options: TestOptions = {}) {
    this.server = startInMemory({ output: this.output, typed: this.#typed.readable, ...options });
  }

  async type(...lines: string[]): Promise<void> {
    for (const line of lines) await this.#writer.write(line);
  }

  /** Ends what is typed, as Ctrl-D does, or by an error. */
  async hangUp(error?: Error): Promise<void> {
    await (error === undefined ? this.#writer.close() : this.#writer.abort(error));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

const FROM = "192.168.55.20";

Deno.test("what the operator types is said as server, and shown in its place", async () => {
  await using terminal = new Terminal();
  const alice = await terminal.server.join("alice", FROM);
  await terminal.type("hello", "/me waves", "//etc/hosts", "");
  assertEquals(await alice.until("joined"), "-- server joined");
  assertEquals(await alice.take(3), ["<server> hello", "* server waves", "<server> /etc/hosts"]);
  await alice.say("hi");
  await terminal.output.until("hi");
  assertEquals(terminal.output.text.split("\n").slice(2), [
    "-- server joined",
    "<server> hello",
    "* server waves",
    "<server> /etc/hosts",
    "<alice> hi",
    "",
  ]);
});

Deno.test("the operator is a member only from the first line on", async () => {
  await using terminal = new Terminal();
  const alice = await terminal.server.join("alice");
  await alice.say("/who", "/msg server psst");
  assertEquals(await alice.take(2), ["-- 1 here: alice", 'error: no one here is called "server"']);
  await terminal.type("here I am");
  await alice.until("here I am");
  await alice.say("/who", "/msg server psst");
  assertEquals(await alice.take(2), ["-- 2 here: alice, server", "[to server] psst"]);
  await terminal.output.until("[alice] psst");
  await terminal.type("/msg alice yes?");
  assertEquals(await alice.next(), "[server] yes?");
});

Deno.test("nobody else is server, or has its commands", async () => {
  await using server = startInMemory();
  const alice = await server.join("alice");
  await alice.say("/name server", "/kick alice", "/ban 10.0.0.1", "/unban 10.0.0.1", "/stats");
  const answers = (await alice.take(5)).map((line) => line?.split(/[;:]/, 2).join(":"));
  assertEquals(answers, [
    'error: the name "server" is reserved',
    'error: there is no command "/kick"',
    'error: there is no command "/ban"',
    'error: there is no command "/unban"',
    'error: there is no command "/stats"',
  ]);
});

Deno.test("/who tells the operator the addresses", async () => {
  await using terminal = new Terminal();
  await terminal.server.join("alice", FROM);
  const bob = await terminal.server.connect("10.0.0.7");
  await bob.until("you are");
  await terminal.type("/who");
  await terminal.output.until(`-- 3 here: 10.0.0.7, alice (${FROM}), server\n`);
});

Deno.test("/kick ends someone's connection, and tells them and the others why", async () => {
  await using terminal = new Terminal();
  const [alice, bob, carol] = [
    await terminal.server.join("alice"),
    await terminal.server.joinJson("bob"),
    await terminal.server.join("carol"),
  ];
  await terminal.type("/kick BOB too loud");
  assertEquals(
    (await bob.rest()).at(-1),
    '{"kind":"closed","text":"you were kicked: too loud","retry":false}',
  );
  assertEquals(await alice.until("bob left"), "-- bob left: kicked: too loud");
  await terminal.type("/kick carol");
  assertEquals((await carol.rest()).at(-1), "error: you were kicked");
  assertEquals(await alice.until("carol left"), "-- carol left: kicked");
  await terminal.server.join("bob");
});

Deno.test("/kick says whom it cannot end", async () => {
  await using terminal = new Terminal();
  await terminal.type("/kick", "/kick nobody", "/kick server");
  await terminal.output.until("sits at this terminal");
  assertEquals(terminal.output.text.split("\n").filter((line) => line.startsWith("error")), [
    "error: whom? /kick NAME [WHY]",
    'error: no one here is called "nobody"',
    "error: server sits at this terminal",
  ]);
});

Deno.test("/ban ends all connections from an address, at the door too, and refuses new ones until /unban", async () => {
  await using terminal = new Terminal({ authenticator: new Authenticator("s3cret") });
  const { server } = terminal;
  const [mallory, trudy, alice] = [
    await server.connect(FROM),
    await server.connect(FROM),
    await server.connect(),
  ];
  await mallory.say("s3cret", "/name mallory");
  await alice.say("s3cret", "/name alice");
  await alice.until("you are alice");
  await mallory.until("you are mallory");
  await trudy.until("password:");
  await terminal.type(`/ban ${FROM}`, "/unban");
  const why = "error: your address is banned";
  assertEquals([(await mallory.rest()).at(-1), (await trudy.rest()).at(-1)], [why, why]);
  await alice.until("-- mallory left: banned");
  assertEquals((await (await server.connect(FROM)).rest()).at(-1), why);
  await terminal.output.until(`-- ${FROM} is banned; 2 connections ended\n-- banned: ${FROM}\n`);
  await terminal.type(`/unban ${FROM}`, `/unban ${FROM}`, "/unban");
  await terminal.output.until(`-- ${FROM} may connect again\nerror: "${FROM}" is not banned`);
  await terminal.output.until("-- banned: no one");
  await (await server.connect(FROM)).until("password:");
});

Deno.test("/ban takes a name for the address that is meant, and a network of IPv6 as a whole", async () => {
  await using terminal = new Terminal();
  const { server } = terminal;
  const mallory = await server.join("mallory", "fd00::1:2:3:4");
  await terminal.type("/ban mallory");
  assertEquals((await mallory.rest()).at(-1), "error: your address is banned");
  const again = await server.connect("fd00::ffff:1");
  assertEquals((await again.rest()).at(-1), "error: your address is banned");
  await terminal.type("/ban fd00::9", "/unban fd00:0:0:0::/64");
  await terminal.output.until("fd00:0:0:0::/64 may connect again");
  await terminal.type("/ban fd00::9", "/unban fd00::9");
  await terminal.output.until("fd00::9 may connect again");
  await terminal.type("/ban ::ffff:10.0.0.1");
  await terminal.output.until("-- 10.0.0.1 is banned; 0 connections ended");
});

Deno.test("/ban and /unban say what they cannot do", async () => {
  await using terminal = new Terminal();
  await terminal.type("/ban", "/ban nobody", "/ban 10.0.0", "/ban server", "/unban nobody");
  await terminal.output.until("lists who is");
  assertEquals(terminal.output.text.split("\n").filter((line) => line.startsWith("error")), [
    "error: which address? /ban ADDRESS, or the name of someone who is here",
    'error: no one here is called "nobody"',
    'error: no one here is called "10.0.0"',
    "error: server sits at this terminal",
    'error: "nobody" is not banned; /unban lists who is',
  ]);
});

Deno.test("/stats counts members, entries, memory, who lags, and what met a limit", async () => {
  await using terminal = new Terminal({ authenticator: new Authenticator("s3cret"), maxLine: 100 });
  const { server } = terminal;
  const alice = await server.connect(FROM);
  await alice.say("s3cret", "/name alice", "x".repeat(101), "/ping");
  await alice.until("pong");
  const mallory = await server.connect("10.0.0.1");
  await mallory.say("guess");
  await mallory.until("error");
  assertEquals((await (await server.connect("10.0.0.1")).rest()).length, 3);
  await terminal.type("/stats");
  await terminal.output.until("limits met");
  const lines = terminal.output.text.split("\n").filter((line) => /members:|memory:|limits/.test(line));
  assertEquals(lines[0], "-- members: 2, connections: 2, lagging: 0");
  assert(/^-- entries: \d+, memory: \d+ MiB$/.test(lines[1]), lines[1]);
  assertEquals(
    lines[2],
    "-- limits met: lines too long: 1, wrong passwords: 1, connections refused: 1",
  );
  assert(terminal.output.text.includes("10.0.0.1 gave a wrong password\n"));
});

Deno.test("/help lists what the operator can do, and an unknown command is hinted at", async () => {
  await using terminal = new Terminal();
  await terminal.type("/help", "/kik bob");
  await terminal.output.until("did you mean /kick?");
  for (const name of ["me", "msg", "who", "kick", "ban", "unban", "stats", "history", "help", "quit"]) {
    assert(terminal.output.text.includes(`\n-- /${name} `), name);
  }
  assert(terminal.output.text.includes("did you mean /kick?"));
});

Deno.test("/quit tells the operator how to end the server, and ends nothing", async () => {
  for (const line of ["/quit", "/q", "/exit", "/bye tea", "/part"]) {
    await using terminal = new Terminal();
    await terminal.type(line, "still here");
    await terminal.output.until("<server> still here");
    const [answer] = terminal.output.text.split("\n").filter((line) => line.includes("Ctrl-C"));
    assertEquals(answer, "-- Ctrl-C ends the server, for everyone; /kick NAME ends one connection", line);
  }
});

Deno.test("a quiet console shows the operator nothing but answers", async () => {
  await using terminal = new Terminal({ quiet: true });
  const alice = await terminal.server.join("alice");
  await terminal.type("hello", "/who", "/nothing");
  await alice.until("hello");
  await alice.say("hi", "/msg server psst");
  await terminal.output.until("psst");
  assertEquals(terminal.output.text.split("\n").map((line) => line.slice(0, 20)), [
    "-- 2 here: alice (12",
    "error: there is no c",
    "[alice] psst",
    "",
  ]);
});

Deno.test("the room goes on when nothing more is typed, or the terminal is gone", async () => {
  for (const error of [undefined, new Error("input/output error")]) {
    await using terminal = new Terminal();
    await terminal.type("hello");
    const alice = await terminal.server.join("alice");
    await terminal.hangUp(error);
    if (error !== undefined) await terminal.output.until("error: nothing more can be typed here");
    await alice.say("/who");
    await alice.until("-- 2 here: alice, server");
  }
});

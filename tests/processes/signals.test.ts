import { assertEquals } from "@std/assert";
import { findProgram, type Need, testWith } from "../helpers/needs.ts";
import { Peer } from "../helpers/peer.ts";
import { Process, ServerProcess } from "../helpers/process.ts";
import { Folder } from "../helpers/system.ts";
import { Terminal, WITH_TMUX } from "../helpers/terminal.ts";
import { connectTcp } from "../../lib/net/tcp.ts";

const RUN = [Deno.execPath(), "run", "--no-prompt", "--allow-net"];

const ALL: Need[] = ["run", "net", "read", "write"];

/** A program that was started in a terminal, prints into a file, and may outlive the terminal. */
class Started implements AsyncDisposable {
  readonly #folder = Folder.make();
  #terminal?: Terminal;

  /** `prefix`: what the program is started with, such as `nohup`. */
  static async start(prefix: string, args: string[]): Promise<Started> {
    const started = new Started();
    const folder = await started.#folder;
    const words = [...RUN, ...args].map((word) => `"${word}"`).join(" ");
    const command = `${prefix} sh -c 'echo $$ > "${folder.file("pid")}"; exec ${words}'`;
    started.#terminal = await Terminal.start(["sh", "-c", `exec ${command} > "${folder.file("log")}"`]);
    return started;
  }

  /** Waits until it has printed this, and returns the line. */
  async until(wanted: string | RegExp): Promise<string> {
    await using log = new Process("tail", ["-n", "+1", "-F", (await this.#folder).file("log")]);
    return await log.until(wanted);
  }

  /** Someone in its room, if it is a server. */
  async join(name: string): Promise<Peer> {
    const port = Number(/port (\d+)$/.exec(await this.until("listening on"))![1]);
    const peer = new Peer(await connectTcp({ hostname: "127.0.0.1", port }));
    await peer.say(`/name ${name}`);
    await peer.until(`-- you are ${name}`);
    return peer;
  }

  async closeTerminal(): Promise<void> {
    await this.#terminal?.[Symbol.asyncDispose]();
    this.#terminal = undefined;
  }

  async kill(signal: Deno.Signal): Promise<void> {
    Deno.kill(Number(await Deno.readTextFile((await this.#folder).file("pid"))), signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closeTerminal();
    // It may have ended with its terminal.
    await this.kill("SIGKILL").catch(() => {});
    await (await this.#folder)[Symbol.asyncDispose]();
  }
}

testWith(
  ["run", "net"],
  "a server that is told to end right after its ready line ends in order",
  async () => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGTERM", "SIGINT", "SIGTERM"] as const) {
      await using server = new Process(RUN[0], [...RUN.slice(1), "server.ts", "127.0.0.1", "0"]);
      await server.until("listening on");
      server.kill(signal);
      assertEquals((await server.rest()).at(-1), "-- the server is shutting down");
      assertEquals(await server.ended(), { code: 0, errors: "" });
    }
  },
);

testWith(["run", "net"], "SIGHUP ends neither server nor client if no terminal went away", async () => {
  await using server = await ServerProcess.start();
  await using bob = server.client(["--name", "bob", "--follow"]);
  await bob.until("-- you are bob");
  server.kill("SIGHUP");
  bob.kill("SIGHUP");
  using alice = await server.join("alice");
  await alice.say("still there?");
  await bob.until("<alice> still there?");
  await bob.say("yes");
  await alice.until("<bob> yes");
  server.kill("SIGTERM");
  assertEquals((await server.ended()).code, 0);
});

testWith(
  { permissions: ALL, others: WITH_TMUX },
  "a server whose terminal goes away ends in order",
  async () => {
    await using server = await Started.start("", ["server.ts", "127.0.0.1", "0"]);
    using alice = await server.join("alice");
    await server.closeTerminal();
    assertEquals((await alice.rest()).at(-1), "-- the server is shutting down");
  },
);

for (
  const [program, prefix] of [["nohup", "nohup"], ["setsid", "setsid -w"]]
) {
  testWith(
    { permissions: ALL, others: { ...WITH_TMUX, [program]: findProgram(program) !== undefined } },
    `a server that was started with ${program} outlives its terminal`,
    async () => {
      await using server = await Started.start(prefix, ["server.ts", "127.0.0.1", "0"]);
      using alice = await server.join("alice");
      await server.closeTerminal();
      // Closing a terminal sends none to another session.
      if (program === "nohup") await server.kill("SIGHUP");
      await alice.say("/ping still there?");
      await alice.until("still there?");
      await server.kill("SIGTERM");
      assertEquals((await alice.rest()).at(-1), "-- the server is shutting down");
    },
  );
}

testWith(
  { permissions: ALL, others: WITH_TMUX },
  "a client whose terminal goes away leaves, and with nohup it goes on to follow",
  async () => {
    await using server = await ServerProcess.start();
    using alice = await server.join("alice");
    const args = (name: string) => ["client.ts", "127.0.0.1", `${server.port}`, "--name", name, "--follow"];
    await using goer = await Started.start("", args("goer"));
    await goer.until("-- you are goer");
    await using keeper = await Started.start("nohup", args("keeper"));
    await keeper.until("-- you are keeper");
    await keeper.closeTerminal();
    await keeper.kill("SIGHUP");
    await goer.closeTerminal();
    await alice.until("goer left");
    await alice.say("hello");
    await keeper.until("<alice> hello");
  },
);

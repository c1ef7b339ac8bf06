import { assertEquals } from "@std/assert";
import { Folder } from "../helpers/folder.ts";
import { type Needs, testWith } from "../helpers/permissions.ts";
import { ServerProcess } from "../helpers/process.ts";
import { Terminal, WITH_TMUX } from "../helpers/terminal.ts";

const NEEDS: Needs = { permissions: ["run", "net", "read", "write", "env"], others: WITH_TMUX };

/** A client in a terminal, connected to this server. */
function join(server: ServerProcess, ...args: string[]): Promise<Terminal> {
  const run = [Deno.execPath(), "run", "--no-prompt", "--allow-net", "--allow-read", "client.ts"];
  return Terminal.start([...run, "127.0.0.1", `${server.port}`, ...args]);
}

testWith(
  NEEDS,
  "a password typed into a terminal is not shown, and what is typed of it is never said",
  async () => {
    await using folder = await Folder.make({ password: "s3cret" });
    await using server = await ServerProcess.start(["--password-file", folder.file("password")], folder);
    await using alice = await join(server, "--name", "alice");
    await alice.until("password:");
    await alice.type("guess");
    await alice.press("Enter");
    await alice.until((screen) => screen.filter((line) => line.startsWith("password:")).length === 2);
    await alice.type("s3cret");
    await alice.press("Enter");
    await alice.until("-- you are alice");
    await alice.type("hello");
    await alice.press("Enter");
    assertEquals(await server.until("<alice>"), "<alice> hello");
    const screen = (await alice.until("<You> hello")).join("\n");
    assertEquals(["guess", "s3cret"].filter((word) => screen.includes(word)), []);
  },
);

testWith(
  NEEDS,
  "the fingerprint of an unknown server is shown in a terminal, and only a yes goes on",
  async () => {
    await using folder = await Folder.make();
    const files = ["--cert", folder.file("cert"), "--key", folder.file("key")];
    await using server = await ServerProcess.start(files, folder);
    const fingerprint = /is (\S+)$/.exec(await server.until("fingerprint is"))![1];
    for (const [answer, shown] of [["n", "error: this server is not known"], ["y", "-- you are alice"]]) {
      await using alice = await join(server, "--tls", "--name", "alice");
      const screen = await alice.until("[y/N]");
      assertEquals(screen.join("").includes(fingerprint), true, screen.join("\n"));
      await alice.type(answer);
      await alice.press("Enter");
      await alice.until(shown);
    }
  },
);

testWith(
  NEEDS,
  "what is typed into a terminal while the server is away is shown as waiting, and said once when it is back",
  async () => {
    await using folder = await Folder.make();
    const args = ["--data", folder.file("room.db")];
    const first = await ServerProcess.start(args, folder);
    await using _ = first;
    await using alice = await join(first, "--name", "alice");
    await alice.until("-- you are alice");
    first.kill("SIGKILL");
    await alice.until("-- connection lost, trying again in");
    await alice.type("said while away");
    await alice.press("Enter");
    await alice.until("-- waiting to be said: said while away");
    await using second = await ServerProcess.start(args, { ...folder, port: first.port });
    const screen = await alice.until("<You> said while away");
    assertEquals(screen.filter((line) => line === "<You> said while away").length, 1);
    assertEquals(screen.includes("-- connected again"), true);
    await second.until("<alice> said while away");
  },
);

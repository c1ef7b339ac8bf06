import { assertEquals } from "@std/assert";
import { type Needs, testWith } from "../../helpers/needs.ts";
import { ServerProcess } from "../../helpers/process.ts";
import { ServerHere } from "../../helpers/server_here.ts";
import { Folder } from "../../helpers/system.ts";
import { SIZES, Terminal, WITH_TMUX } from "../../helpers/terminal.ts";

const NEEDS: Needs = { permissions: ["run", "net", "read", "write", "env"], others: WITH_TMUX };

for (const size of SIZES) {
  const at = `at ${size.columns}×${size.rows}`;

  testWith(
    NEEDS,
    `what is typed while the server is away waits, and is said once, in order, when it is back, ${at}`,
    async () => {
      await using folder = await Folder.make();
      const args = ["--data", folder.file("room.db")];
      await using first = await ServerProcess.start(args, folder);
      await using alice = await Terminal.client(first, ["--name", "alice"], size);
      await alice.until("/help lists");
      first.kill("SIGKILL");
      await alice.until(/^connection lost, trying again in \d s$/m);
      for (const line of ["one", "two", "three", "four"]) {
        await alice.type(line);
        await alice.press("Enter");
      }
      await alice.type("half");
      await alice.until((screen) => screen.at(-1) === "alice> half");
      const bottom = await alice.bottom(7);
      assertEquals(bottom[0], "hh:mm -- connection lost");
      assertEquals(bottom.slice(1, 5), [
        "waiting: one",
        "waiting: two",
        "waiting: three",
        "and 1 more; Ctrl-C takes back the last",
      ]);
      assertEquals(bottom.at(-1), "alice> half");
      await using second = await ServerProcess.start(args, { ...folder, port: first.port });
      await alice.until("<You> four");
      assertEquals(await alice.bottom(7), [
        "hh:mm -- connection lost",
        "hh:mm -- connected again",
        "hh:mm <You> one",
        "hh:mm <You> two",
        "hh:mm <You> three",
        "hh:mm <You> four",
        "alice> half",
      ]);
      for (const line of ["one", "two", "three", "four"]) {
        assertEquals(await second.until("<alice>"), `<alice> ${line}`);
      }
    },
  );
}

testWith(
  NEEDS,
  "whoever leaves while the server is away is asked once, and told what was not said",
  async () => {
    await using server = await ServerProcess.start();
    await using alice = await Terminal.client(server, ["--name", "alice"]);
    await alice.until("/help lists");
    server.kill("SIGKILL");
    await alice.until("connection lost");
    await alice.type("never");
    await alice.press("Enter");
    await alice.until("waiting: never");
    await alice.press("C-d");
    await alice.until("1 line was not said yet; Ctrl-D again leaves");
    await alice.press("C-d");
    assertEquals(await alice.ended(), 1);
    const screen = await alice.screen();
    assertEquals(screen.includes("error: not said: never"), true, screen.join("\n"));
    assertEquals(screen.includes("error: you left before all was said"), true, screen.join("\n"));
  },
);

testWith(NEEDS, "/quit leaves even while the server is away", async () => {
  await using server = await ServerProcess.start();
  await using alice = await Terminal.client(server, ["--name", "alice"]);
  await alice.until("/help lists");
  server.kill("SIGKILL");
  await alice.until("connection lost");
  await alice.type("/quit");
  await alice.press("Enter");
  assertEquals(await alice.ended(), 0);
});

testWith(NEEDS, "SIGTERM gives the terminal back, and what was not said", async () => {
  await using server = new ServerHere();
  using bob = await server.join("bob");
  await using shell = await Terminal.start(["bash", "--norc"]);
  const client = `client.ts 127.0.0.1 ${server.port}`;
  await shell.type(`PS1='$ '; ${Deno.execPath()} run --no-prompt --allow-net ${client} --name alice`);
  await shell.press("Enter");
  await shell.until("/help lists");
  await new Deno.Command("pkill", { args: ["-TERM", "-f", `${client} --name`] }).output();
  await bob.until("-- alice left");
  await shell.until((screen) => screen.at(-1) === "$");
  await shell.type("echo code $?; stty -a | grep -wo isig");
  await shell.press("Enter");
  await shell.until((screen) => screen.slice(-3).join() === "code 143,isig,$");
});

testWith(
  NEEDS,
  "what waits is taken back with Ctrl-C, the last line first, and a command waits too",
  async () => {
    await using folder = await Folder.make();
    const args = ["--data", folder.file("room.db")];
    await using first = await ServerProcess.start(args, folder);
    await using alice = await Terminal.client(first, ["--name", "alice"]);
    await alice.until("/help lists");
    first.kill("SIGKILL");
    await alice.until("connection lost, trying");
    for (const line of ["one", "/me waves", "two"]) {
      await alice.type(line);
      await alice.press("Enter");
    }
    await alice.until("waiting: two");
    await alice.press("C-c");
    await alice.until((screen) => screen.at(-1) === "alice> two" && !screen.includes("waiting: two"));
    await alice.press("C-c");
    await alice.type("/who");
    await alice.press("Enter");
    await alice.until("waiting: /who");
    await using second = await ServerProcess.start(args, { ...folder, port: first.port });
    await second.until("* alice waves");
    await alice.until("-- 1 here: alice (you)");
    const said = second.seen.filter((line) => /^(<alice>|\*)/.test(line));
    assertEquals(said, ["<alice> one", "* alice waves"]);
  },
);

import { assertEquals } from "@std/assert";
import { type Needs, testWith } from "../../helpers/needs.ts";
import { ServerProcess } from "../../helpers/process.ts";
import { ServerHere } from "../../helpers/server_here.ts";
import { Folder } from "../../helpers/system.ts";
import { SIZES, Terminal, WITH_TMUX } from "../../helpers/terminal.ts";

const NEEDS: Needs = { permissions: ["run", "net", "read", "write", "env"], others: WITH_TMUX };

async function enter(terminal: Terminal, line: string): Promise<void> {
  await terminal.type(line);
  await terminal.press("Enter");
}

for (const size of SIZES) {
  testWith(
    NEEDS,
    `two go to another room, which the prompt shows, and are heard there alone, at ${size.columns}×${size.rows}`,
    async () => {
      await using server = new ServerHere();
      await using alice = await Terminal.client(server, ["--name", "alice"], size);
      await using bob = await Terminal.client(server, ["--name", "bob", "--room", "Kitchen"], size);
      await bob.until((screen) => /^bob in kitch(en|…)>$/.test(screen.at(-1)!));
      await alice.until("/help lists");
      await enter(bob, "only here");
      await bob.until("<You> only here");
      await alice.type("/join k");
      await alice.press("Tab");
      await alice.until((screen) => screen.at(-1) === "alice> /join kitchen");
      await alice.press("Enter");
      await alice.until("-- you are alice in kitchen");
      await alice.until("<bob> only here");
      await alice.until((screen) => /^alice in k(itchen|i…|…|it…)>$/.test(screen.at(-1)!));
      await enter(alice, "me too");
      await bob.until("<alice> me too");
      await enter(alice, "/join lobby");
      await alice.until("-- you are alice in lobby");
      await alice.until((screen) => screen.at(-1) === "alice>");
      await bob.until("-- alice left");
      await enter(bob, "where is alice?");
      await alice.until("-- bob mentioned you in kitchen");
      const screen = await alice.screen({ history: true });
      const stray = screen.filter((line) => /where is|pong|rooms?:/.test(line));
      assertEquals(stray, [], "what was said elsewhere, and what the client asks by itself");
    },
  );
}

testWith(
  NEEDS,
  "a room that cannot be joined leaves one where one is, with the line to be mended",
  async () => {
    await using server = new ServerHere();
    await using alice = await Terminal.client(server, ["--name", "alice"]);
    await alice.until("/help lists");
    await enter(alice, "/join a!b");
    await alice.until('error: "a!b" is not allowed');
    await alice.until((screen) => screen.at(-1) === "alice> /join a!b");
    await alice.press("C-c");
    await enter(alice, "still here");
    await server.until("<alice> still here");
  },
);

testWith(NEEDS, "/history goes on from where it was, and starts over in another room", async () => {
  await using server = new ServerHere(["--history", "2"]);
  using bob = await server.join("bob");
  await bob.say(...Array.from({ length: 60 }, (_, i) => `m${i + 1}.`));
  await server.until("m60.");
  await using alice = await Terminal.client(server, ["--name", "alice"], { columns: 80, rows: 80 });
  await alice.until("/help lists");
  await alice.until("m59.");
  const ends = (count: number) => (screen: string[]) =>
    screen.filter((line) => line === "-- end of /history").length === count;
  await enter(alice, "/history");
  await alice.until(ends(1));
  assertEquals(
    (await alice.screen()).filter((line) => /m\d+\./.test(line)).length,
    52,
    "without those shown before",
  );
  await enter(alice, "/history");
  const shown = (await alice.until(ends(2))).flatMap((line) => /m(\d+)\./.exec(line)?.[1] ?? []);
  assertEquals([shown.length, shown.at(-1), shown.includes("1")], [60, "8", true]);
  await enter(alice, "/history");
  await alice.until("-- nothing was said before that");
  await enter(alice, "/join kitchen");
  await alice.until("-- you are alice in kitchen");
  await enter(alice, "/history");
  await alice.until("-- nothing was said yet");
});

testWith(NEEDS, "whoever comes back is who and where they were, and sees what is new", async () => {
  await using folder = await Folder.make();
  const state = folder.file("state");
  const args = ["--data", folder.file("room.db")];
  const first = await ServerProcess.start(args, folder);
  const { port } = first;
  const client = (size = {}) => {
    const may = [`--allow-env=XDG_STATE_HOME,HOME`, `--allow-read=${state}`, `--allow-write=${state}`];
    const run = [
      Deno.execPath(),
      "run",
      "--no-prompt",
      "--allow-net",
      ...may,
      "client.ts",
      "127.0.0.1",
      `${port}`,
    ];
    return Terminal.start(run, { ...size, env: { XDG_STATE_HOME: state } });
  };
  {
    await using alice = await client();
    await alice.until("your name (Enter: 127.0.0.1):");
    await enter(alice, "alice");
    await alice.until("/help lists");
    await enter(alice, "/join kitchen");
    await alice.until((screen) => screen.at(-1) === "alice in kitchen>");
    for (const text of ["one", "two"]) await enter(alice, text);
    await alice.until("<You> two");
    await alice.press("C-d");
    assertEquals(await alice.ended(), 0);
  }
  {
    await using server = first;
    await using bob = server.client(["--name", "bob", "--room", "kitchen"]);
    await bob.say("three", "four", "five");
    await bob.endInput();
    assertEquals((await bob.ended()).code, 0);
    server.kill("SIGKILL");
  }
  await using server = await ServerProcess.start(args, { ...folder, port });
  using eve = await server.join("eve");
  await eve.say("/name alice");
  await eve.until('error: "alice" belongs to someone who was here on');
  await using alice = await client();
  await alice.until("your name (Enter: alice):");
  await alice.press("Enter");
  await alice.until((screen) => screen.at(-1) === "alice in kitchen>");
  const screen = await alice.until("/help lists");
  const news = screen.findIndex((line) =>
    /^-- 3 new since \d\d:\d\d; \/history shows the 2 before them$/.test(line)
  );
  assertEquals(screen.slice(news + 2, news + 5).map((line) => line.replace(/^\d\d:\d\d /, "")), [
    "<bob> three",
    "<bob> four",
    "<bob> five",
  ], screen.join("\n"));
  await enter(alice, "/history");
  const all = await alice.until("-- end of /history");
  assertEquals(all.filter((line) => /<alice> (one|two)$/.test(line)).length, 2, all.join("\n"));
  await alice.press("C-d");
  assertEquals(await alice.ended(), 0);
});

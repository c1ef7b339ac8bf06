import { assertEquals } from "@std/assert";
import { SqliteLogs } from "../../lib/log/sqlite/logs.ts";
import type { Draft } from "../../lib/wire/entries.ts";
import { type Need, testWith } from "../helpers/needs.ts";
import { Process, runToEnd, ServerProcess } from "../helpers/process.ts";
import { Folder } from "../helpers/system.ts";

const ALL: Need[] = ["run", "net", "read", "write"];

const said = (text: string): Draft => ({ kind: "said", name: "alice", text, authorKey: "A" });

/** Makes a file with three rooms, in one of which nothing happened, and two owners. */
async function makeRooms(path: string): Promise<void> {
  await using logs = await SqliteLogs.open(path);
  logs.open("kitchen").append([said("tea"), said("coffee")]);
  logs.open("lobby").append([said("hi")]);
  logs.open("empty");
  const names = [{ name: "Alice", seen: 0, days: 1, day: "2026-11-20" }];
  logs.owners!.put({ id: "a", identities: ["hash"], names });
}

/** What a subcommand of the server says about the file `room.db`. */
function run(folder: Folder, command: string, ...args: string[]) {
  return runToEnd("server.ts", [command, "--data", folder.file("room.db"), ...args], {
    permissions: folder.permissions,
  });
}

/** Without the date and time in front. */
const undated = (output: string) =>
  output.split("\n").map((line) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d /, ""));

testWith(ALL, "export prints all rooms, the lobby first, or the one that is named", async () => {
  await using folder = await Folder.make();
  await makeRooms(folder.file("room.db"));
  const all = await run(folder, "export");
  assertEquals([all.code, all.errors], [0, ""]);
  assertEquals(undated(all.output), [
    "-- room lobby",
    "<alice> hi",
    "-- room kitchen",
    "<alice> tea",
    "<alice> coffee",
  ]);
  for (const name of ["kitchen", "#Kitchen"]) {
    const one = await run(folder, "export", "--room", name);
    assertEquals([one.code, undated(one.output)], [0, ["<alice> tea", "<alice> coffee"]]);
  }
  const empty = await run(folder, "export", "--room", "empty");
  assertEquals([empty.code, empty.output], [0, ""]);
});

testWith(ALL, "export as JSON says of each object which room it belongs to", async () => {
  await using folder = await Folder.make();
  await makeRooms(folder.file("room.db"));
  for (
    const [args, expected] of [
      [[], [["lobby", 1, "hi"], ["kitchen", 1, "tea"], ["kitchen", 2, "coffee"]]],
      [["--room", "kitchen"], [["kitchen", 1, "tea"], ["kitchen", 2, "coffee"]]],
    ] as [string[], [string, number, string][]][]
  ) {
    const { output } = await run(folder, "export", "--format", "json", ...args);
    const objects = output.split("\n").map((line) => JSON.parse(line));
    assertEquals(objects.map(({ room, seq, text }) => [room, seq, text]), expected);
  }
});

testWith(ALL, "export of a room that is not there says which there are", async () => {
  await using folder = await Folder.make();
  await makeRooms(folder.file("room.db"));
  assertEquals(await run(folder, "export", "--room", "office"), {
    code: 1,
    output: "",
    errors: `error: there is no room called "office"; there are: lobby, kitchen, empty\n`,
  });
});

testWith(ALL, "export of several rooms ends quietly when nobody reads on", async () => {
  await using folder = await Folder.make();
  const path = folder.file("room.db");
  {
    await using logs = await SqliteLogs.open(path);
    for (let i = 0; i < 20; i++) {
      logs.open(`room-${i}`).append(Array.from({ length: 200 }, () => said("x".repeat(200))));
    }
  }
  const command = `"${Deno.execPath()}" run --allow-read server.ts export --data ${path}`;
  await using shell = new Process("sh", ["-c", `{ ${command}; echo "code $?" >&2; } | head -1`]);
  assertEquals(await shell.rest(), ["-- room room-0"]);
  assertEquals(await shell.ended(), { code: 0, errors: "code 0\n" });
});

testWith(ALL, "free frees a name, in any spelling, and says so if nobody owns it", async () => {
  await using folder = await Folder.make();
  await makeRooms(folder.file("room.db"));
  const nobody = { code: 1, output: "", errors: `error: "bob" belongs to nobody\n` };
  assertEquals(await run(folder, "free", "bob"), nobody);
  assertEquals(await run(folder, "free", "ALICE"), { code: 0, output: `"ALICE" is free`, errors: "" });
  assertEquals((await run(folder, "free", "alice")).code, 1);
  // All else is as it was.
  assertEquals(undated((await run(folder, "export", "--room", "lobby")).output), ["<alice> hi"]);
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["room.db"]);
});

testWith(
  ALL,
  "free says that a server uses the file, that there is none, and what must be permitted",
  async () => {
    await using folder = await Folder.make({ nothing: "" });
    const path = folder.file("room.db");
    const none = await run(folder, "free", "alice");
    assertEquals([none.code, none.errors], [
      1,
      `error: cannot open ${path}: there is no such file or folder\n`,
    ]);
    const nothing = await runToEnd("server.ts", ["free", "--data", folder.file("nothing"), "alice"], folder);
    assertEquals([nothing.code, nothing.errors], [1, `error: ${folder.file("nothing")} holds no room yet\n`]);
    assertEquals((await Deno.stat(folder.file("nothing"))).size, 0);
    await makeRooms(path);
    await using _server = await ServerProcess.start(["--data", path], folder);
    assertEquals(await run(folder, "free", "alice"), {
      code: 1,
      output: "",
      errors: `error: ${path} is in use by another server; end that one, or name another file\n`,
    });
    const { code, errors } = await runToEnd("server.ts", ["free", "--data", "room.db", "alice"]);
    assertEquals([code, errors], [
      1,
      "error: the server may not read room.db or write room.db; start it with: deno run --allow-read=room.db " +
      "--allow-write=room.db server.ts free --data room.db alice\n",
    ]);
  },
);

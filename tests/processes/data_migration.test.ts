import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { SqliteLogs } from "../../lib/log/sqlite/logs.ts";
import { type Need, testWith } from "../helpers/needs.ts";
import { seeded } from "../helpers/numbers.ts";
import { makeOlderFile, versionOf } from "../helpers/older_files.ts";
import { Process, ROOT, runToEnd, ServerProcess } from "../helpers/process.ts";
import { Folder } from "../helpers/system.ts";

const ALL: Need[] = ["run", "net", "read", "write"];

/** How often a program is killed. */
const KILLS = Number(
  Deno.permissions.querySync({ name: "env", variable: "FILE_KILLS" }).state === "granted"
    ? Deno.env.get("FILE_KILLS") ?? 4
    : 4,
);

/** The names of the files in a folder. */
function namesIn(folder: Folder): string[] {
  return [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort();
}

/**
 * Opens a file as a server does, and kills that with SIGKILL some milliseconds after it began, or after another file
 * appeared. Resolves to whether it was open.
 */
async function killedWhileOpening(
  folder: Folder,
  path: string,
  { wait, after }: { wait: number; after?: string },
): Promise<boolean> {
  const program = new URL("tests/helpers/opening.ts", ROOT).pathname;
  using events = Deno.watchFs(folder.path);
  await using opening = new Process(Deno.execPath(), [
    "run",
    "--no-prompt",
    ...folder.permissions,
    program,
    path,
  ]);
  await opening.until("begun");
  const open = opening.until("open").then(() => true, () => false);
  if (after !== undefined) { for await (const { paths } of events) if (paths.includes(after)) break; }
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), wait);
  const wasOpen = await Promise.race([open, late]);
  clearTimeout(timer);
  opening.kill("SIGKILL");
  await opening.ended();
  return wasOpen;
}

/** What an older program finds in a file, after it has looked at its header. */
function asOlderProgram(path: string): { version: number; entries: number; last: string } {
  const db = new DatabaseSync(path);
  try {
    const version = db.prepare("PRAGMA user_version").get()!.user_version as number;
    const row = db.prepare("SELECT count(*) AS entries, max(seq) AS seq FROM entries").get() as {
      entries: number;
      seq: number;
    };
    const { text } = db.prepare("SELECT text FROM entries WHERE seq = ?").get(row.seq) as { text: string };
    return { version, entries: row.entries, last: text };
  } finally {
    db.close();
  }
}

for (const version of [1, 2] as const) {
  testWith(
    ALL,
    `a file of version ${version} is in its old form or in its new one, whenever its server is killed`,
    async () => {
      await using folder = await Folder.make();
      const [older, path] = [folder.file("older"), folder.file("room.db")];
      const count = 20_000;
      await makeOlderFile(older, { version, count });
      const bytes = await Deno.readFile(older);
      const random = seeded(17 + version);
      const seen = new Set<string>();
      const copy = `room.db.v${version}`;
      let longest = 60;
      for (let i = 0; i < KILLS; i++) {
        await Deno.copyFile(older, path);
        // Every other one at once after the copy was begun or was there, so that each stage is seen on any machine.
        const after = [undefined, `${copy}.part`, undefined, copy][i % 4];
        const wait = after === undefined ? random() * longest : 0;
        const open = await killedWhileOpening(folder, path, { wait, after: after && folder.file(after) });
        // Nearly all of what takes time shall be seen.
        if (after === undefined) longest = open ? longest * 0.8 : longest * 1.25;
        const now = await versionOf(path);
        assert(now === version || now === 3, `version ${now}`);
        const left = namesIn(folder).filter((name) => !["older", "room.db"].includes(name));
        seen.add(`${now} ${left.join(" ")}`);
        if (left.includes(copy)) {
          assert(equal(await Deno.readFile(folder.file(copy)), bytes), "the copy is not whole");
        }
        // An older program opens it only if the header lets it, and SQLite then shows it what it knows.
        if (now === version && random() < 0.5) {
          assertEquals(asOlderProgram(path), { version, entries: count, last: `Nummer ${count} 午饭` });
        }
        await assertWhole(path, count);
        assertEquals(namesIn(folder), ["older", "room.db"], [...seen].join("; "));
        await Deno.remove(path);
      }
      assert(seen.size > 1, `always killed at the same stage: ${[...seen]}`);
    },
  );
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

async function assertWhole(path: string, count: number): Promise<void> {
  await using logs = await SqliteLogs.open(path);
  const log = logs.open("lobby");
  // Or one more, if the killed one was so far.
  assert(log.last === count || log.last === count + 1, `${log.last} entries`);
  assertEquals([log.messages(count), log.lastLine("A")], [count, count]);
  assertEquals(log.history({ limit: 1, before: count + 1 })[0].text, `Nummer ${count} 午饭`);
  assertEquals(await versionOf(path), 3);
}

testWith(ALL, "a new file is of the new version or empty, whenever its server is killed", async () => {
  await using folder = await Folder.make();
  const random = seeded(5);
  let longest = 20;
  for (let i = 0; i < KILLS; i++) {
    const path = folder.file(`new${i}.db`);
    const open = await killedWhileOpening(folder, path, { wait: random() * longest });
    longest = open ? longest * 0.8 : longest * 1.25;
    const now = await versionOf(path).catch(() => 0);
    assert(now === 3 || (now === 0 && !open), `version ${now}`);
    await using logs = await SqliteLogs.open(path);
    logs.open("lobby");
    assertEquals(logs.list(5).map(({ name }) => name), ["lobby"]);
  }
});

testWith(
  ALL,
  "a file of before is brought up to date with the permissions that a sentence names",
  async () => {
    await using folder = await Folder.make();
    const path = folder.file("room.db");
    await makeOlderFile(path, { version: 2, wal: true });
    const files = () => Promise.all(["", "-wal"].map((ending) => Deno.readFile(path + ending)));
    const before = await files();
    const flags = (paths: string[]) => [`--allow-read=${paths.join()}`, `--allow-write=${paths.join()}`];
    const args = ["127.0.0.1", "0", "--data", path];
    const { code, errors } = await runToEnd("server.ts", args, { permissions: flags([path]) });
    const needed = flags([path, `${path}.v2`, `${path}.v2.part`]);
    assertEquals([code, errors], [
      1,
      `error: ${path} was written by an older parley, and is copied to ${path}.v2 before it is brought up to date, which is ` +
      `not permitted; nothing was changed: start the server with ${needed.join(" ")}\n`,
    ]);
    assertEquals(await files(), before);
    await using server = await ServerProcess.start(["--data", path], { permissions: needed });
    server.kill("SIGTERM");
    assertEquals(await server.ended(), { code: 0, errors: "" });
    assertEquals([await versionOf(path), namesIn(folder)], [3, ["room.db"]]);
  },
);

testWith(ALL, "a file of before that there is no room to copy is left as it is", async () => {
  await using folder = await Folder.make();
  const path = folder.file("room.db");
  await makeOlderFile(path, { version: 2, count: 5000 });
  const before = await Deno.readFile(path);
  const command = `trap '' XFSZ; ulimit -f 100; exec "${Deno.execPath()}" run --no-prompt --allow-net ${
    folder.permissions.join(" ")
  } server.ts 127.0.0.1 0 --data ${path}`;
  await using server = new Process("sh", ["-c", command]);
  const { code, errors } = await server.ended();
  assertEquals(code, 1);
  assert(
    /^error: .*room.db was written by an older parley, and there is no room on the disk .* free \d+ MB/.test(
      errors,
    ),
    errors,
  );
  assert(equal(await Deno.readFile(path), before));
  assertEquals(namesIn(folder), ["room.db"]);
});

testWith(ALL, "export and copy read a file of before, and leave it as it is", async () => {
  for (const version of [1, 2] as const) {
    await using folder = await Folder.make();
    const path = folder.file("room.db");
    await makeOlderFile(path, { version, count: 3 });
    const before = await Deno.readFile(path);
    const options = { permissions: folder.permissions };
    const { code, output, errors } = await runToEnd("server.ts", ["export", "--data", path], options);
    assertEquals([code, errors], [0, ""]);
    assertEquals(
      output.split("\n").map((line) => line.slice(17)),
      [1, 2, 3].map((n) => `<alice> Nummer ${n} 午饭`),
    );
    const none = await runToEnd("server.ts", ["export", "--data", path, "--room", "kitchen"], options);
    assertEquals([none.code, none.errors], [
      1,
      `error: there is no room called "kitchen"; there are: lobby\n`,
    ]);
    const copied = await runToEnd("server.ts", ["copy", "--data", path, folder.file("copy.db")], options);
    assertEquals([copied.code, await versionOf(folder.file("copy.db"))], [0, version]);
    assert(equal(await Deno.readFile(path), before));
  }
});

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { copyRoomFile } from "../../lib/log/sqlite/copy.ts";
import { RoomFileError } from "../../lib/log/sqlite/errors.ts";
import { SqliteLogs } from "../../lib/log/sqlite/logs.ts";
import { exportRooms } from "../../lib/server/export.ts";
import { text } from "../../lib/wire/formats/text.ts";
import { openLobby } from "../helpers/logs.ts";
import { findProgram, type Need, testWith } from "../helpers/needs.ts";
import { Process, runToEnd, ServerProcess } from "../helpers/process.ts";
import { makeOlderFile } from "../helpers/older_files.ts";
import { TestOutput } from "../helpers/servers.ts";
import { Folder } from "../helpers/system.ts";

const ALL: Need[] = ["run", "net", "read", "write"];

/** Starts a server with its room in `room.db`. */
function start(folder: Folder): Promise<ServerProcess> {
  return ServerProcess.start(["--data", folder.file("room.db")], folder);
}

/** Says these lines as alice, and waits until they are kept. */
async function say(server: ServerProcess, ...lines: string[]): Promise<void> {
  using alice = await server.join("alice");
  await alice.say("/json", ...lines);
  await alice.until(`"text":"${lines.at(-1)}"`);
  await alice.say("/quit");
  await alice.rest();
}

/** Makes a file as a server does, in which alice said these lines. */
async function makeFile(path: string, ...lines: string[]): Promise<void> {
  await using log = await openLobby(path);
  log.append(lines.map((text) => ({ kind: "said", name: "alice", text, authorKey: "A" })));
}

async function stop(server: ServerProcess, signal: Deno.Signal = "SIGTERM"): Promise<string> {
  server.kill(signal);
  return (await server.ended()).errors;
}

/** What a subcommand of the server prints about a file. */
function run(folder: Folder, ...args: string[]) {
  const [command, file, ...more] = args;
  return runToEnd("server.ts", [command, "--data", folder.file(file), ...more], {
    permissions: folder.permissions,
  });
}

/** What alice said, as a file is exported. */
async function exported(folder: Folder, file: string): Promise<string[]> {
  const output = new TestOutput();
  await using logs = await SqliteLogs.open(folder.file(file), { readOnly: true });
  assertEquals(logs.warning, undefined);
  await exportRooms(logs, output, { format: text });
  return saidIn(output.text);
}

function saidIn(output: string): string[] {
  return output.split("\n").filter((line) => line.includes("> ")).map((line) => line.split("> ")[1]);
}

testWith(ALL, "copy makes a whole copy while the room is in use, for its owner only", async () => {
  await using folder = await Folder.make();
  await using server = await start(folder);
  await say(server, "one", "two");
  assertEquals(await run(folder, "copy", "room.db", folder.file("copy.db")), {
    code: 0,
    output: "",
    errors: "",
  });
  await say(server, "three");
  assertEquals(await exported(folder, "copy.db"), ["one", "two"]);
  const { code, output, errors } = await run(folder, "export", "room.db");
  assertEquals([code, saidIn(output), errors], [0, ["one", "two", "three"], ""]);
  assertEquals((await Deno.stat(folder.file("copy.db"))).mode! & 0o777, 0o600);
  await stop(server);
  // A server goes on with it.
  await Deno.rename(folder.file("copy.db"), folder.file("room.db"));
  await using again = await start(folder);
  await say(again, "four");
  assertEquals(await stop(again), "");
  assertEquals(await exported(folder, "room.db"), ["one", "two", "four"]);
});

testWith(ALL, "copy never replaces a file, and leaves nothing behind where it fails", async () => {
  await using folder = await Folder.make({ there: "mine", "half.part": "x", "other-wal": "y" });
  await makeFile(folder.file("room.db"));
  const existsAlready = (file: string) =>
    `cannot copy to ${folder.file(file)}: it exists already; name a new file, or remove that one`;
  const { code, errors } = await run(folder, "copy", "room.db", folder.file("there"));
  assertEquals([code, errors], [1, `error: ${existsAlready("there")}\n`]);
  for (const [to, why] of [["half", "half.part"], ["other", "other-wal"]]) {
    await assertRejects(
      () => copyRoomFile(folder.file("room.db"), folder.file(to)),
      RoomFileError,
      existsAlready(why),
    );
  }
  const nowhere = await run(folder, "copy", "room.db", folder.file("no/copy.db"));
  assertEquals([nowhere.code, nowhere.errors.includes("there is no such file or folder")], [1, true]);
  const none = await run(folder, "copy", "none.db", folder.file("copy.db"));
  assertEquals([none.code, none.errors.includes("there is no such file")], [1, true], none.errors);
  assertEquals(await Deno.readTextFile(folder.file("there")), "mine");
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(), [
    "half.part",
    "other-wal",
    "room.db",
    "there",
  ]);
});

testWith(ALL, "copy cannot fill the disk and leave half a copy", async () => {
  await using folder = await Folder.make();
  await makeFile(
    folder.file("room.db"),
    ...Array.from({ length: 200 }, (_, i) => `${i} ${"x".repeat(1000)}`),
  );
  const command = `trap '' XFSZ; ulimit -f 100; exec "${Deno.execPath()}" run --no-prompt ${
    folder.permissions.join(" ")
  } server.ts copy --data ${folder.file("room.db")} ${folder.file("copy.db")}`;
  await using copying = new Process("sh", ["-c", command]);
  const { code, errors } = await copying.ended();
  assertEquals([code, /^error: cannot (copy to|use) .*copy.db: /.test(errors)], [1, true], errors);
  assertEquals([...Deno.readDirSync(folder.path)].filter(({ name }) => name.startsWith("copy")), []);
});

testWith(ALL, "a file that was copied without its write-ahead log is said to lack something", async () => {
  await using folder = await Folder.make();
  await using server = await start(folder);
  await say(server, "one");
  await Deno.copyFile(folder.file("room.db"), folder.file("bare.db"));
  for (let i = 0; i < 2; i++) {
    const { code, errors } = await run(folder, "export", "bare.db");
    assertEquals(code, 1);
    assertMatch(errors, /^error: .*bare.db was copied while it was in use, without .*bare.db-wal/);
  }
  const copied = await run(folder, "copy", "bare.db", folder.file("copy.db"));
  assertEquals([copied.code, copied.errors.includes("was copied while it was in use")], [1, true]);
  await Deno.remove(folder.file("bare.db-wal")).catch(() => {});
  await Deno.remove(folder.file("bare.db-shm")).catch(() => {});
  await using other = await ServerProcess.start(["--data", folder.file("bare.db")], folder);
  assertMatch(await stop(other), /^warning: .*bare.db was copied while it was in use/);
  assertEquals(await exported(folder, "bare.db"), []);
});

testWith(ALL, "a copy of the file with its write-ahead log is whole", async () => {
  await using folder = await Folder.make();
  await using server = await start(folder);
  await say(server, "one");
  await stop(server, "SIGKILL");
  for (const ending of ["", "-wal"]) {
    await Deno.copyFile(folder.file(`room.db${ending}`), folder.file(`copy.db${ending}`));
  }
  assertEquals(await exported(folder, "copy.db"), ["one"]);
  assertEquals(await exported(folder, "room.db"), ["one"]);
});

testWith(ALL, "a copy that is restored beside an old write-ahead log is not mixed with it", async () => {
  await using folder = await Folder.make();
  await using first = await start(folder);
  await say(first, "one");
  await copyRoomFile(folder.file("room.db"), folder.file("whole.db"));
  await stop(first);
  await Deno.copyFile(folder.file("room.db"), folder.file("closed.db"));
  await using second = await start(folder);
  await Deno.copyFile(folder.file("room.db"), folder.file("bare.db"));
  await say(second, "two");
  await stop(second, "SIGKILL");
  await using third = await start(folder);
  await say(third, "three");
  await stop(third, "SIGKILL");
  await Deno.copyFile(folder.file("room.db"), folder.file("killed.db"));
  for (const backup of ["whole.db", "closed.db", "bare.db"]) {
    await Deno.copyFile(folder.file(backup), folder.file("room.db"));
    for (const readOnly of [false, true]) {
      const { message } = await assertRejects(
        () => SqliteLogs.open(folder.file("room.db"), { readOnly }),
        RoomFileError,
      );
      assertMatch(message, /^.*room.db-wal belongs to another file than .*room.db, .*move .*-wal away/);
    }
  }
  await Deno.copyFile(folder.file("killed.db"), folder.file("room.db"));
  assertEquals(await exported(folder, "room.db"), ["one", "two", "three"]);
  await Deno.copyFile(folder.file("closed.db"), folder.file("room.db"));
  await Deno.rename(folder.file("room.db-wal"), folder.file("old-wal"));
  assertEquals(await exported(folder, "room.db"), ["one"]);
});

testWith(ALL, "everyone is told when the file is removed, and what was said is saved", async () => {
  await using folder = await Folder.make();
  await using server = await start(folder);
  await say(server, "one");
  await using bob = server.client(["--name", "bob", "--follow"]);
  await bob.until("-- you are bob");
  await Deno.remove(folder.file("room.db"));
  await bob.until("-- nothing can be said for now, the log cannot be written: its file was removed");
  await bob.say("two", "/who");
  await bob.until(" here: ");
  bob.kill("SIGTERM");
  assertMatch((await bob.ended()).errors, /error: not said, the log cannot keep it: its file was removed/);
  assertMatch(
    await stop(server),
    /^error: .*room.db was removed while the room is kept in it.*all that was said is in .*room.db again/,
  );
  await using again = await start(folder);
  await say(again, "three");
  assertEquals(await stop(again), "");
  assertEquals(await exported(folder, "room.db"), ["one", "three"]);
});

testWith(ALL, "a file that is moved away is missed, and when it is back the room goes on", async () => {
  await using folder = await Folder.make({ other: "something else" });
  await using server = await start(folder);
  await using bob = server.client(["--name", "bob", "--follow"]);
  await bob.until("-- you are bob");
  // At once, so that there never is no file.
  await Deno.link(folder.file("room.db"), folder.file("away.db"));
  await Deno.rename(folder.file("other"), folder.file("room.db"));
  await bob.until("the log cannot be written: its file was replaced");
  await Deno.rename(folder.file("away.db"), folder.file("room.db"));
  await bob.until("the log can be written again: go on");
  await bob.say("one");
  await bob.until("<You> one");
  const errors = await stop(server);
  assertMatch(errors, /room.db was replaced while .*all that was said is in .*room.db.saved again/);
  assertMatch(errors, /room.db is back: what is said is kept again/);
  assertEquals(await exported(folder, "room.db"), ["one"]);
});

testWith(
  { permissions: ALL, others: { mkfifo: findProgram("mkfifo") !== undefined } },
  "what is no file is refused in a sentence, and not waited for",
  async () => {
    await using folder = await Folder.make();
    assert(new Deno.Command("mkfifo", { args: [folder.file("pipe")] }).outputSync().success);
    using _ = Deno.listen({ transport: "unix", path: folder.file("socket") });
    const [serve, read, copy] = [["127.0.0.1", "0"], ["export"], ["copy", folder.file("to")]];
    for (
      const [path, commands] of [
        [folder.file("pipe"), [serve, read, copy]],
        ["/dev/null", [serve]],
        [folder.file("socket"), [read]],
      ] as [string, string[][]][]
    ) {
      for (const args of commands) {
        const { code, errors } = await runToEnd("server.ts", [...args, "--data", path], {
          permissions: ["--allow-read", "--allow-write"],
        });
        assertEquals([code, errors], [
          1,
          `error: cannot keep a room in ${path}: it is a device, a pipe or a socket, and keeps nothing; name a file\n`,
        ], args[0]);
      }
    }
  },
);

/** Runs a program that may not do more to files than their modes say, be it started by root. */
const AS_ANYONE =
  'if [ "$(id -u)" = 0 ]; then set -- setpriv --bounding-set=-all --inh-caps=-all "$@"; fi; exec "$@"';

testWith(
  { permissions: ALL, others: { setpriv: findProgram("setpriv") !== undefined } },
  "export and copy read from a medium that cannot be written to",
  async () => {
    await using folder = await Folder.make();
    await using target = await Folder.make();
    await makeFile(folder.file("room.db"), "one");
    await copyRoomFile(folder.file("room.db"), folder.file("copy.db"));
    // As an older server leaves it: marked as one with a write-ahead log.
    await makeOlderFile(folder.file("wal.db"), { version: 1, count: 1 });
    const marked = await Deno.open(folder.file("wal.db"), { read: true, write: true });
    marked.seekSync(18, Deno.SeekMode.Start);
    marked.writeSync(new Uint8Array([2, 2]));
    marked.close();
    const files = ["room.db", "copy.db", "wal.db"];
    const saidBefore = (file: string) => [file === "wal.db" ? "Nummer 1 午饭" : "one"];
    for (const file of files) await Deno.chmod(folder.file(file), 0o444);
    await Deno.chmod(folder.path, 0o555);
    try {
      for (const file of files) {
        for (const command of [["export"], ["copy", target.file(file)]]) {
          await using reading = new Process("sh", [
            ...[
              "-c",
              AS_ANYONE,
              "sh",
              Deno.execPath(),
              "run",
              "--no-prompt",
              "--allow-read",
              "--allow-write",
            ],
            ...["server.ts", ...command, "--data", folder.file(file)],
          ]);
          const lines = await reading.rest();
          assertEquals(await reading.ended(), { code: 0, errors: "" }, `${command[0]} ${file}`);
          if (command[0] === "export") assertEquals(saidIn(lines.join("\n")), saidBefore(file));
        }
      }
    } finally {
      await Deno.chmod(folder.path, 0o755);
    }
    for (const file of files) assertEquals(await exported(target, file), saidBefore(file));
  },
);

testWith(ALL, "copy says which permissions it needs", async () => {
  const { code, errors } = await runToEnd("server.ts", ["copy", "--data", "room.db", "to.db"]);
  assertEquals([code, errors], [
    1,
    "error: the server may not read room.db, to.db and to.db.part or write to.db and to.db.part; start it with: " +
    "deno run --allow-read=room.db,to.db,to.db.part --allow-write=to.db,to.db.part server.ts copy --data room.db to.db\n",
  ]);
});

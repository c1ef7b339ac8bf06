import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Need, testWith } from "../helpers/needs.ts";
import { openLobby } from "../helpers/logs.ts";
import { Process, runToEnd, ServerProcess } from "../helpers/process.ts";
import { Folder } from "../helpers/system.ts";

const ALL: Need[] = ["run", "net", "read", "write"];

/** Starts a server with its room in a file of the folder. */
function start(folder: Folder, { port, args = [] }: { port?: number; args?: string[] } = {}) {
  return ServerProcess.start(["--data", folder.file("room.db"), ...args], { ...folder, port });
}

/** Says hello as alice, and waits until that is kept. */
async function hello(server: ServerProcess): Promise<void> {
  using alice = await server.join("alice");
  await alice.say("/json", "hello");
  await alice.until('"text":"hello"');
}

/** What `export` prints. */
async function exported(folder: Folder, ...args: string[]): Promise<string[]> {
  const { code, output, errors } = await runToEnd("server.ts", [
    "export",
    "--data",
    folder.file("room.db"),
    ...args,
  ], { permissions: folder.permissions });
  assertEquals([code, errors], [0, ""]);
  return output.split("\n");
}

testWith(
  ALL,
  "a server that is killed and started again goes on with its room, and so do its clients",
  async () => {
    await using folder = await Folder.make();
    const first = await start(folder);
    await using _ = first;
    const { port } = first;
    await using alice = first.client(["--name", "alice"]);
    await alice.until("-- you are alice");
    await using bob = first.client(["--name", "bob", "--follow"]);
    await bob.until("-- you are bob");
    await alice.say("one");
    await bob.until("<alice> one");
    first.kill("SIGKILL");
    await first.ended();
    await alice.say("two", "three");
    await using second = await start(folder, { port });
    await bob.until("<alice> three");
    await alice.say("four");
    await alice.endInput();
    await bob.until("<alice> four");
    await alice.rest();
    const { code, errors } = await alice.ended();
    assertEquals(code, 0);
    assertMatch(
      errors,
      /^-- connection lost, trying again in [12] s\n(-- connection lost.*\n)*-- connected again\n$/,
    );
    const said = (lines: string[]) =>
      lines.filter((line) => /<(alice|You)>/.test(line)).map((line) => line.split("> ")[1]);
    assertEquals(said(alice.seen), ["one", "two", "three", "four"]);
    assertEquals(said(bob.seen), ["one", "two", "three", "four"]);
    second.kill("SIGTERM");
    await second.ended();
    assertEquals(said(await exported(folder)), ["one", "two", "three", "four"]);
  },
);

testWith(ALL, "a room in a file can be searched, shows its history, and is exported", async () => {
  await using folder = await Folder.make();
  {
    await using server = await start(folder);
    await using nc = server.client(["--name", "alice"]);
    await nc.say("tea at four", "coffee", "/me drinks tea");
    await nc.endInput();
    await nc.until("-- bye");
    server.kill("SIGTERM");
    assertEquals((await server.ended()).code, 0);
  }
  await using server = await start(folder);
  await using bob = server.client(["--name", "bob", "--follow"]);
  await bob.until("* alice drinks tea");
  await bob.say("/search TEA", '/search "', "/search", "/history since 00:00");
  assertMatch(await bob.until("drinks"), /^\d\d:\d\d \* alice drinks tea$/);
  assertMatch((await bob.next())!, /^\d\d:\d\d <alice> tea at four$/);
  assertEquals(await bob.next(), "-- nothing was said with these words");
  assertMatch((await bob.next())!, /^\d\d:\d\d <alice> tea at four$/);
  const text = await exported(folder);
  assertMatch(text[1], /^\d{4}-\d\d-\d\d \d\d:\d\d <alice> tea at four$/);
  const json = (await exported(folder, "--format", "json")).map((line) => JSON.parse(line));
  assertEquals(json.slice(0, 4).map(({ seq, kind, text }) => [seq, kind, text]), [
    [1, "joined", undefined],
    [2, "said", "tea at four"],
    [3, "said", "coffee"],
    [4, "action", "drinks tea"],
  ]);
});

testWith(ALL, "export ends quietly when nobody reads on", async () => {
  await using folder = await Folder.make();
  {
    await using log = await openLobby(folder.file("room.db"));
    const text = "x".repeat(200);
    log.append(Array.from({ length: 2000 }, () => ({ kind: "said", name: "alice", text, authorKey: "A" })));
  }
  const run = `"${Deno.execPath()}" run --allow-read server.ts export --data ${folder.file("room.db")}`;
  await using shell = new Process("sh", ["-c", `{ ${run}; echo "code $?" >&2; } | head -1`]);
  assertMatch((await shell.rest()).join("\n"), / <alice> x+$/);
  assertEquals(await shell.ended(), { code: 0, errors: "code 0\n" });
});

testWith(ALL, "export says that its output cannot be written", async () => {
  await using folder = await Folder.make();
  await using server = await start(folder);
  await hello(server);
  const run = `"${Deno.execPath()}" run --allow-read server.ts export --data ${
    folder.file("room.db")
  } > /dev/full`;
  await using shell = new Process("sh", ["-c", run]);
  const { code, errors } = await shell.ended();
  assertEquals([code, /^error: cannot write the output: No space left/.test(errors)], [1, true], errors);
});

testWith(ALL, "a server that is killed while it makes its file finds it in order the next time", async () => {
  for (let i = 0; i < 12; i += 2) {
    await using folder = await Folder.make();
    const args = ["run", "--no-prompt", "--allow-net", ...folder.permissions, "server.ts", "127.0.0.1", "0"];
    await using starting = new Process(Deno.execPath(), [...args, "--data", folder.file("room.db")]);
    const watcher = Deno.watchFs(folder.path);
    for await (const { kind } of watcher) {
      if (kind === "create") break;
    }
    await new Promise((resolve) => setTimeout(resolve, i));
    starting.kill("SIGKILL");
    await starting.ended();
    await using server = await start(folder);
    await hello(server);
  }
});

testWith(ALL, "a file may have a name that SQLite takes for something else", async () => {
  await using folder = await Folder.make();
  const args = ["run", "--no-prompt", "--allow-net", "--allow-read", "--allow-write"];
  const program = new URL("../../server.ts", import.meta.url).pathname;
  const options = { cwd: folder.path };
  await using server = new Process(Deno.execPath(), [
    ...args,
    program,
    "127.0.0.1",
    "0",
    "--data",
    ":memory:",
  ], options);
  await server.until("listening");
  assert((await Deno.stat(folder.file(":memory:"))).size > 0);
});

testWith(ALL, "a file in use by another server is refused, and the room in it goes on", async () => {
  await using folder = await Folder.make();
  await using server = await start(folder);
  const { code, errors } = await runToEnd(
    "server.ts",
    ["127.0.0.1", "0", "--data", folder.file("room.db")],
    folder,
  );
  assertEquals([code, errors], [
    1,
    `error: ${folder.file("room.db")} is in use by another server; end that one, or name another file\n`,
  ]);
  await hello(server);
});

const MISTAKES: [args: string[], why: RegExp][] = [
  [["127.0.0.1", "0", "--data", "server.ts"], /server.ts is no room's file, and was left as it is/],
  [["127.0.0.1", "0", "--data", "lib"], /cannot open lib: it is a folder/],
  [["export", "--data", "none.db"], /cannot open none.db: there is no such file/],
];

for (const [args, why] of MISTAKES) {
  testWith(ALL, `the server says what is wrong with ${args.join(" ")}`, async () => {
    const permissions = ["--allow-read", "--allow-write"];
    const { code, errors } = await runToEnd("server.ts", args, { permissions });
    assertEquals([code, why.test(errors)], [1, true], errors);
    assert(!errors.includes("    at "));
  });
}

testWith(["run", "net"], "a missing permission for the file is named by its flag", async () => {
  const { code, errors } = await runToEnd("server.ts", ["127.0.0.1", "0", "--data", "room.db"]);
  assertEquals([code, errors], [
    1,
    "error: the server may not read room.db or write room.db; start it with: deno run --allow-net " +
    "--allow-read=room.db --allow-write=room.db server.ts 127.0.0.1 0 --data room.db\n",
  ]);
});

/** A server whose files may not grow beyond a size; `prlimit` changes that while it runs. */
async function startCramped(folder: Folder): Promise<{ server: ServerProcess; limit(bytes: string): void }> {
  const script = `trap '' XFSZ; exec "${Deno.execPath()}" "$@"`;
  const server = new ServerProcess("sh", [
    ...["-c", script, "sh", "run", "--no-prompt", "--allow-net", ...folder.permissions],
    ...["server.ts", "127.0.0.1", "0", "--data", folder.file("room.db")],
  ]);
  server.port = Number(/port (\d+)$/.exec(await server.until("listening on"))![1]);
  const limit = (bytes: string) => {
    const { success } = new Deno.Command("prlimit", { args: ["--pid", `${server.pid}`, `--fsize=${bytes}`] })
      .outputSync();
    assert(success);
  };
  return { server, limit };
}

testWith(
  ALL,
  "a full disk is told to everyone, loses nothing, and is over when there is space again",
  async () => {
    await using folder = await Folder.make();
    const { server, limit } = await startCramped(folder);
    await using _ = server;
    await using bob = server.client(["--name", "bob", "--follow"]);
    await bob.until("-- you are bob");
    await using alice = server.client(["--name", "alice", "--follow"]);
    await alice.until("-- you are alice");
    limit("4096:unlimited");
    await alice.say(`lost ${"x".repeat(6000)}`);
    assertMatch(
      await bob.until("nothing can be said"),
      /^-- nothing can be said for now, the log cannot be written: /,
    );
    await alice.say("/who", "/msg bob one");
    await alice.until("2 here:");
    limit("unlimited:unlimited");
    await alice.say("kept");
    await bob.until("the log can be written again");
    await bob.until("<alice> kept");
    await alice.until("<You> kept");
    assert(!alice.seen.join().includes("<You> lost") && !bob.seen.join().includes("lost x"));
    alice.kill("SIGTERM");
    assertMatch((await alice.ended()).errors, /error: not said, the log cannot keep it: /);
    assertEquals((await exported(folder)).filter((line) => line.includes("<alice>")).length, 1);
  },
);

testWith(ALL, "a room that cannot be begun on a full disk is begun when there is space again", async () => {
  await using folder = await Folder.make();
  const { server, limit } = await startCramped(folder);
  await using _ = server;
  using alice = await server.join("alice");
  limit("4096:unlimited");
  await alice.say("/join attic");
  assertMatch(
    await alice.until("attic"),
    /^error: attic cannot be opened, the log cannot keep it: (disk I\/O error|database or disk is full)$/,
  );
  limit("unlimited:unlimited");
  await alice.say("/join attic");
  assertEquals(await alice.until("attic"), "-- you are alice in attic");
});

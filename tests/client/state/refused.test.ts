import { assert, assertEquals, assertMatch } from "@std/assert";
import { ServerState } from "../../../lib/client/state.ts";
import { findProgram, type Need, testWith } from "../../helpers/needs.ts";
import { Process, ROOT } from "../../helpers/process.ts";
import { Folder } from "../../helpers/system.ts";

const SERVER = { hostname: "10.0.0.1", port: 8081 };
const FILE = "10.0.0.1_8081.json";
const SCRIPT = new URL("tests/helpers/state_client.ts", ROOT).pathname;

const FULL_DISK = {
  permissions: ["read", "write", "run"] satisfies Need[],
  others: { prlimit: findProgram("prlimit") !== undefined },
};

/** Runs a client for whose files the disk has no byte left, and returns what it knows, and what it said. */
async function runOnFullDisk(folder: Folder) {
  const run = ["run", "--no-prompt", "--no-check", "--no-code-cache", ...folder.permissions];
  const program = [Deno.execPath(), ...run, SCRIPT, folder.path, "lobby"];
  // Whoever writes too much is told so by an error, not ended.
  await using client = new Process("sh", [
    "-c",
    `trap '' XFSZ; unset DENO_COVERAGE_DIR; exec "$@"`,
    "sh",
    ...program,
  ]);
  await client.until("ready");
  // Only now: Deno itself writes to its cache before, and starts that anew where it cannot.
  const { success } = await new Deno.Command("prlimit", { args: ["--pid", `${client.pid}`, "--fsize=0"] })
    .output();
  assert(success);
  await client.say("go");
  const told = JSON.parse(await client.until("{"));
  return { told, ...await client.ended() };
}

testWith(
  FULL_DISK,
  "on a full disk everything works, nothing is kept, and that is said once",
  async () => {
    await using folder = await Folder.make();
    const { told, code, errors } = await runOnFullDisk(folder);
    assertEquals([code, told], [0, { name: "alice", place: 100 }]);
    assertEquals(errors.trimEnd().split("\n").length, 1, errors);
    assertMatch(errors, /^nothing can be remembered in .*10\.0\.0\.1_8081\.json: /);
    assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["lock"]);
  },
);

testWith(FULL_DISK, "a disk that is full by now leaves the file as it was", async () => {
  await using folder = await Folder.make();
  const state = await ServerState.open(SERVER, { folder: { path: folder.path } });
  state.note({ name: "bob" });
  await state[Symbol.asyncDispose]();
  const before = Deno.readTextFileSync(folder.file(FILE));
  const { told, code, errors } = await runOnFullDisk(folder);
  assertEquals([code, told], [0, { identity: state.identity, name: "alice", place: 100 }]);
  assertEquals(errors.trimEnd().split("\n").length, 1, errors);
  assertEquals(Deno.readTextFileSync(folder.file(FILE)), before);
});

/** Opens a folder, notes something, and returns what is known after that. */
async function tryFolder(path: string) {
  const reports: string[] = [];
  const report = (sentence: string) => reports.push(sentence);
  await using state = await ServerState.open(SERVER, { folder: { path }, report });
  const place = { log: "a", seq: 1, time: 0, messages: 1 };
  state.note({ name: "alice", place: { room: "lobby", ...place } });
  assertEquals([state.name, state.place("lobby")], ["alice", place]);
  return { reports, identity: state.identity, remembers: state.remembers, reason: state.reason };
}

testWith(["read", "write"], "a file in the place of the folder is left alone, and is no fault", async () => {
  await using folder = await Folder.make({ file: "mine" });
  for (const path of [folder.file("file"), folder.file("file/parley")]) {
    assertEquals(await tryFolder(path), {
      reports: [],
      identity: undefined,
      remembers: false,
      reason: `nothing can be remembered in ${path}/${FILE}: a file is where its folder should be`,
    });
  }
  assertEquals(Deno.readTextFileSync(folder.file("file")), "mine");
});

testWith(
  { permissions: ["read", "write"], others: { "a user who is not root": Deno.uid() !== 0 } },
  "a folder that cannot be written to is read from, and is no fault",
  async () => {
    await using folder = await Folder.make({ [FILE]: `{"identity":"${"a".repeat(64)}"}` });
    Deno.chmodSync(folder.path, 0o500);
    try {
      assertEquals(await tryFolder(folder.path), {
        reports: [],
        identity: "a".repeat(64),
        remembers: false,
        reason: `nothing can be remembered in ${folder.file(FILE)}: you are not allowed to write there`,
      });
    } finally {
      Deno.chmodSync(folder.path, 0o700);
    }
  },
);

Deno.test({
  name: "without permissions nothing is remembered, nobody is asked, and the reason names the flags",
  permissions: "none",
  async fn() {
    const reports: string[] = [];
    await using state = await ServerState.open(SERVER, { report: (sentence) => reports.push(sentence) });
    state.note({ name: "alice" });
    assertEquals([state.identity, state.name, state.remembers, reports], [undefined, "alice", false, []]);
    assertMatch(state.reason!, /start it with: --allow-env=\S+ --allow-read=".+" --allow-write=".+"$/);
  },
});

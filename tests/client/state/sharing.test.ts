import { assert, assertEquals, assertMatch } from "@std/assert";
import { deadline } from "@std/async/deadline";
import { ServerState } from "../../../lib/client/state.ts";
import { parseMemory } from "../../../lib/client/state/document.ts";
import { testWith } from "../../helpers/needs.ts";
import { Process, ROOT } from "../../helpers/process.ts";
import { Folder } from "../../helpers/system.ts";

const SERVER = { hostname: "10.0.0.1", port: 8081 };
const FILE = "10.0.0.1_8081.json";
const SCRIPT = new URL("tests/helpers/state_client.ts", ROOT).pathname;

/** What another process does with the same folder. */
function client(folder: Folder, room: string): Process {
  return new Process(Deno.execPath(), [
    ...["run", "--no-prompt", "--no-check", ...folder.permissions],
    ...[SCRIPT, folder.path, room],
  ]);
}

testWith(
  ["read", "write", "run"],
  "ten clients that start at the same instant make one identity, and lose no place",
  async () => {
    await using folder = await Folder.make();
    await using clients = new AsyncDisposableStack();
    const all = Array.from({ length: 10 }, (_, i) => clients.use(client(folder, `room${i}`)));
    await Promise.all(all.map((one) => one.until("ready")));
    await Promise.all(all.map((one) => one.say("go")));
    const told = await Promise.all(all.map(async (one) => JSON.parse(await one.until('{"identity"'))));
    assertMatch(told[0].identity, /^[0-9a-f]{64}$/);
    assertEquals(new Set(told.map(({ identity }) => identity)).size, 1);
    for (const one of all) assertEquals(await one.ended(), { code: 0, errors: "" });
    await using state = await ServerState.open(SERVER, { folder: { path: folder.path } });
    assertEquals(state.identity, told[0].identity);
    for (let i = 0; i < 10; i++) assertEquals(state.place(`room${i}`)?.seq, 100, `room${i}`);
  },
);

testWith(
  ["read", "write", "run"],
  "a client that is killed at any moment leaves a whole file, and no lock",
  async () => {
    await using folder = await Folder.make();
    let identity: string | undefined;
    let last = 0;
    const KILLS = 10;
    for (let i = 0; i < KILLS; i++) {
      await using writer = client(folder, `room${i}`);
      await writer.until("ready");
      await writer.say("for ever");
      const told = await writer.until(/^[0-9a-f]{64}$/);
      identity ??= told;
      assertEquals(told, identity);
      // It is somewhere in its next writes.
      for (let looks = 0; looks < 10 + i; looks++) await Deno.stat(folder.path);
      writer.kill("SIGKILL");
      await writer.ended();
      const { memory, damaged } = parseMemory(Deno.readTextFileSync(folder.file(FILE)));
      assertEquals([damaged, memory.identity, memory.places.size], [false, identity, i + 1]);
      last = memory.places.get(`room${i}`)!.seq;
      assert(last > 0);
    }
    const reports: string[] = [];
    const report = (sentence: string) => reports.push(sentence);
    await using state = await ServerState.open(SERVER, { folder: { path: folder.path }, report });
    assertEquals([state.identity, state.place(`room${KILLS - 1}`)?.seq, reports], [identity, last, []]);
  },
);

testWith(
  ["read", "write", "run"],
  "a client that is stopped while it has the lock keeps no other from starting",
  async () => {
    await using folder = await Folder.make();
    const holder =
      `const file = Deno.openSync(Deno.args[0], { write: true, create: true }); file.lockSync(true);
    console.log("locked"); await Deno.stdin.read(new Uint8Array(1));`;
    await Deno.writeTextFile(folder.file("holder.ts"), holder);
    const identity = "0123456789abcdef".repeat(4);
    await Deno.writeTextFile(folder.file(FILE), JSON.stringify({ identity, name: "alice" }));
    const args = ["run", ...folder.permissions, folder.file("holder.ts"), folder.file("lock")];
    await using other = new Process(Deno.execPath(), args);
    await other.until("locked");
    const reports: string[] = [];
    const report = (sentence: string) => reports.push(sentence);
    const opening = ServerState.open(SERVER, { folder: { path: folder.path }, report });
    await using state = await deadline(opening, 10_000);
    assertEquals([state.identity, state.name, state.remembers], [identity, "alice", false]);
    assertEquals(reports, [
      `nothing can be remembered in ${folder.file(FILE)}: another client that uses it does not go on`,
    ]);
    state.note({ name: "bob" });
    await other.endInput();
    await other.ended();
    await state[Symbol.asyncDispose]();
    await using next = await ServerState.open(SERVER, { folder: { path: folder.path }, report });
    assertEquals([next.name, state.remembers, reports.length], ["bob", true, 1]);
  },
);

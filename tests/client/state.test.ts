import { assert, assertEquals, assertMatch } from "@std/assert";
import { delay } from "@std/async/delay";
import { type Place, ServerState, type StateOptions } from "../../lib/client/state.ts";
import { testWith } from "../helpers/needs.ts";
import { Folder } from "../helpers/system.ts";

const SERVER = { hostname: "192.168.55.13", port: 8081 };
const FILE = "192.168.55.13_8081.json";

/** A state folder for a test, with what it reports. */
async function make(files: Record<string, string> = {}) {
  const folder = await Folder.make(files);
  const reports: string[] = [];
  const options: StateOptions = {
    folder: { path: folder.path },
    report: (sentence) => reports.push(sentence),
  };
  return {
    folder,
    reports,
    open: (server: Parameters<typeof ServerState.open>[0] = SERVER) => ServerState.open(server, options),
    names: () => [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

function place(seq: number, log = "a"): Place {
  return { log, seq, time: 1000 * seq, messages: 2 * seq };
}

testWith(
  ["read", "write"],
  "the next run knows the identity, name, room and places of the one before",
  async () => {
    await using test = await make();
    const first = await test.open();
    assertMatch(first.identity!, /^[0-9a-f]{64}$/);
    assertEquals([first.name, first.room, first.place("lobby")], [undefined, undefined, undefined]);
    first.note({ name: "alice", room: "kitchen", place: { room: "lobby", ...place(7) } });
    first.note({ place: { room: "2024", ...place(8) } });
    await first[Symbol.asyncDispose]();
    await using second = await test.open();
    assertEquals([second.identity, second.name, second.room], [first.identity, "alice", "kitchen"]);
    assertEquals([second.place("lobby"), second.place("2024")], [place(7), place(8)]);
    assertEquals([second.remembers, second.reason, test.reports], [true, undefined, []]);
  },
);

testWith(["read", "write"], "only their owner may look into the folder and its files", async () => {
  await using test = await make();
  await using _ = await ServerState.open(SERVER, { folder: { path: test.folder.file("a/b") } });
  await using _open = await test.open();
  assertEquals(Deno.statSync(test.folder.file("a/b")).mode! & 0o777, 0o700);
  for (const name of test.names().filter((name) => name !== "a")) {
    assertEquals([name, Deno.statSync(test.folder.file(name)).mode! & 0o777], [name, 0o600]);
  }
  // What was made public is so no longer.
  Deno.chmodSync(test.folder.path, 0o755);
  Deno.chmodSync(test.folder.file(FILE), 0o644);
  await using _again = await test.open();
  assertEquals(Deno.statSync(test.folder.path).mode! & 0o777, 0o700);
  assertEquals(Deno.statSync(test.folder.file(FILE)).mode! & 0o777, 0o600);
});

testWith(
  ["read", "write"],
  "each server has an identity of its own; one with a certificate has it anywhere",
  async () => {
    await using test = await make();
    const servers = [SERVER, { ...SERVER, port: 1 }, { ...SERVER, hostname: "::1" }, {
      fingerprint: "AB".repeat(32),
    }];
    const states = await Promise.all(servers.map((server) => test.open(server)));
    assertEquals(new Set(states.map(({ identity }) => identity)).size, 4);
    for (const state of states) await state[Symbol.asyncDispose]();
    await using same = await test.open({ fingerprint: "ab:".repeat(31) + "ab" });
    assertEquals(same.identity, states[3].identity);
  },
);

testWith(
  ["read", "write"],
  "two clients at once: of one log the further place wins, else the later writer",
  async () => {
    await using test = await make();
    const [one, other] = [await test.open(), await test.open()];
    assertEquals(one.identity, other.identity);
    one.note({ name: "alice", room: "a", place: { room: "same", ...place(9) } });
    other.note({ name: "bob", place: { room: "same", ...place(5) } });
    one.note({ place: { room: "mine", ...place(1) } });
    other.note({ place: { room: "yours", ...place(2) } });
    one.note({ place: { room: "reborn", ...place(50, "old") } });
    other.note({ place: { room: "reborn", ...place(3, "new") } });
    await one[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
    await using next = await test.open();
    assertEquals([next.name, next.room, next.place("same")], ["bob", "a", place(9)]);
    assertEquals([next.place("mine"), next.place("yours"), next.place("reborn")], [
      place(1),
      place(2),
      place(3, "new"),
    ]);
    // Each goes on by its own name.
    assertEquals([one.name, other.name], ["alice", "bob"]);
  },
);

testWith(["read", "write"], "10,000 notes are one write, within a second or so", async () => {
  await using test = await make();
  await using state = await test.open();
  const file = () => Deno.statSync(test.folder.file(FILE)).ino;
  const before = file();
  for (let seq = 1; seq <= 10_000; seq++) state.note({ place: { room: "lobby", ...place(seq) } });
  assertEquals(file(), before);
  const deadline = performance.now() + 15_000;
  while (file() === before && performance.now() < deadline) await delay(20);
  await using next = await test.open();
  assertEquals(next.place("lobby"), place(10_000));
});

testWith(
  ["read", "write"],
  "what a server makes up is not remembered, and its places are bounded",
  async () => {
    await using test = await make();
    const state = await test.open();
    for (const name of ["", " ", "a\x1b[2J", "x".repeat(129), "a\u202eb"]) {
      state.note({ name, room: name, place: { room: name, ...place(1) } });
      state.note({ place: { room: "lobby", ...place(1), log: name } });
    }
    for (const seq of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
      state.note({
        place: { room: "lobby", ...place(seq) },
      });
    }
    assertEquals([state.name, state.room, state.place("lobby")], [undefined, undefined, undefined]);
    state.note({ place: { room: "__proto__", ...place(1) } });
    assertEquals(state.place("__proto__"), place(1));
    for (let i = 0; i < 300; i++) state.note({ place: { room: `room${i}`, ...place(1) } });
    await state[Symbol.asyncDispose]();
    await using next = await test.open();
    const known = Array.from({ length: 300 }, (_, i) => next.place(`room${i}`) !== undefined);
    assertEquals(known.indexOf(true), 300 - 256);
    assert(known.slice(44).every(Boolean));
  },
);

testWith(
  ["read", "write"],
  "a file that is removed while a client runs is written again, with its identity",
  async () => {
    await using test = await make();
    const state = await test.open();
    state.note({ name: "alice" });
    await Deno.remove(test.folder.path, { recursive: true });
    await state[Symbol.asyncDispose]();
    await using next = await test.open();
    assertEquals([next.identity, next.name], [state.identity, "alice"]);
  },
);

testWith(
  ["read", "write"],
  "of more than 1,000 servers the oldest are forgotten, and what was left unfinished goes",
  async () => {
    const names = Array.from({ length: 1005 }, (_, i) => `host${i}_8081.json`);
    await using test = await make({
      "left.tmp": "{",
      ...Object.fromEntries(names.map((name) => [name, "{}"])),
    });
    for (const [i, name] of names.entries()) Deno.utimeSync(test.folder.file(name), 1000, 1000 + i);
    Deno.utimeSync(test.folder.file("left.tmp"), 1000, 1000);
    await using _ = await test.open();
    assertEquals(test.names(), [FILE, "lock", ...names.slice(6)].sort());
  },
);

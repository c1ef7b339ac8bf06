import { assertEquals, assertThrows } from "@std/assert";
import type { LastLines, Log } from "../lib/log/log.ts";
import { MemoryLog } from "../lib/log/memory.ts";
import { Refusal } from "../lib/wire/refusal.ts";
import { type Member, Room, Roster } from "../lib/room.ts";
import type { Closed, Draft } from "../lib/wire/entries.ts";
import { LineSource } from "./helpers/peer.ts";
import { SlowLog } from "./helpers/logs.ts";

const BYE: Closed = { kind: "closed", text: "bye", retry: false, fault: false };

/** A member with the lines that it was sent. */
class Guest extends LineSource {
  constructor(readonly member: Member, lines: AsyncIterable<string>) {
    super(lines);
  }
}

/** Joins a room without any connection. */
async function join(room: Room, name: string): Promise<Guest> {
  const { readable, writable } = new TransformStream<string, string>(undefined, undefined, {
    highWaterMark: 1e6,
  });
  const writer = writable.getWriter();
  const decoder = new TextDecoder();
  const cursor = room.open({
    async write(bytes) {
      for (const line of decoder.decode(bytes).trimEnd().split("\n")) await writer.write(line);
    },
    close() {},
  });
  return new Guest(await room.join({ cursor, address: "10.0.0.1", name }), readable);
}

const LOGS: [name: string, make: () => Log][] = [
  ["a log that keeps at once", () => new MemoryLog()],
  ["a log that takes its time", () => new SlowLog(new MemoryLog())],
];

for (const [kind, make] of LOGS) {
  Deno.test(`Room: joining, speaking and leaving are told in that order, over ${kind}`, async () => {
    await using log = make();
    const roster = new Roster();
    using room = new Room(log, { roster });
    const alice = await join(room, "alice");
    const bob = await join(room, "bob");
    room.broadcast(bob.member, "one");
    roster.rename(bob.member.person, "rob");
    room.broadcast(bob.member, "two");
    const gone = room.leave(bob.member, { closing: BYE, reason: "tea" });
    assertEquals(room.roster, ["alice"]);
    await gone;
    assertEquals(await bob.until("bye"), "-- bye");
    const story = [];
    for (let line = ""; line !== "-- rob left: tea";) story.push(line = (await alice.next())!);
    assertEquals(story, [
      "-- you are alice",
      "-- bob joined",
      "<bob> one",
      "-- bob is now rob",
      "<rob> two",
      "-- rob left: tea",
    ]);
  });

  Deno.test(`Room: everyone sees one order, over ${kind}`, async () => {
    await using log = make();
    using room = new Room(log);
    const guests = await Promise.all(["a", "b", "c"].map((name) => join(room, name)));
    const watcher: string[] = [];
    const all = Promise.withResolvers<void>();
    room.watch({
      write(bytes) {
        watcher.push(...new TextDecoder().decode(bytes).trimEnd().split("\n"));
        if (watcher.filter((line) => line.startsWith("<")).length === 300) all.resolve();
        return Promise.resolve();
      },
      close() {},
    });
    for (let i = 0; i < 100; i++) {
      for (const { member } of guests) room.broadcast(member, `${i}`);
      if (i % 10 === 0) await guests[0].until(`<c> ${i}`);
    }
    await all.promise;
    const said = watcher.filter((line) => line.startsWith("<"));
    await guests[0].until("<c> 99");
    assertEquals(
      guests[0].seen.filter((line) => line.startsWith("<")),
      said.filter((line) => !line.startsWith("<a>")),
    );
  });
}

Deno.test("Room: whoever takes a name that was just left is not taken for the one who left", async () => {
  await using log = new MemoryLog();
  const roster = new Roster();
  using room = new Room(log, { roster });
  const alice = await join(room, "alice");
  const bob = await join(room, "bob");
  const carol = await join(room, "carol");
  const gone = room.leave(bob.member, { closing: BYE });
  roster.rename(carol.member.person, "bob");
  await gone;
  assertEquals(await alice.until(/left|is now/), "-- bob left");
  assertEquals(await alice.until(/left|is now/), "-- carol is now bob");
});

Deno.test("Room.rename() refuses a name that one has already", async () => {
  await using log = new MemoryLog();
  const roster = new Roster();
  using room = new Room(log, { roster });
  const alice = await join(room, "alice");
  assertThrows(() => roster.rename(alice.member.person, "alice"), Refusal, "you are alice already");
  roster.rename(alice.member.person, "ALICE");
  assertEquals(room.roster, ["ALICE"]);
});

/** A log that can run out of space. */
class FullLog extends MemoryLog {
  full = false;

  override append(drafts: readonly Draft[], taken?: LastLines): void {
    if (this.full) throw new Error("no space left on device");
    super.append(drafts, taken);
  }
}

Deno.test("Room: whoever speaks is told when the log cannot keep it, nobody sees it, and it goes on when it can", async () => {
  for (const [log, inner] of fullLogs()) {
    using room = new Room(log);
    const [alice, bob] = [await join(room, "alice"), await join(room, "bob")];
    inner.full = true;
    room.broadcast(bob.member, "lost");
    assertEquals(
      await bob.until("error"),
      "error: not said, the log cannot keep it: no space left on device",
    );
    inner.full = false;
    room.broadcast(bob.member, "kept");
    assertEquals(await alice.until("<"), "<bob> kept");
  }
});

function* fullLogs(): Generator<[Log, FullLog]> {
  const atOnce = new FullLog();
  yield [atOnce, atOnce];
  const later = new FullLog();
  yield [new SlowLog(later), later];
}

Deno.test("Room: entries that the log hands back of itself, as from another server, reach everyone", async () => {
  await using log = new MemoryLog();
  using room = new Room(log);
  const alice = await join(room, "alice");
  log.append([{ kind: "said", name: "elsewhere", text: "hello", authorKey: "another server" }]);
  assertEquals(await alice.until("<"), "<elsewhere> hello");
});

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Logs } from "../lib/log/logs.ts";
import { MemoryLogs } from "../lib/log/memory.ts";
import { MAX_OPEN_ROOMS, MAX_ROOMS_PER_SOURCE, Rooms } from "../lib/rooms.ts";
import type { JoinOptions, Member } from "../lib/room.ts";
import type { Closed } from "../lib/wire/entries.ts";
import { FORMATS } from "../lib/wire/formats/formats.ts";
import { Refusal } from "../lib/wire/refusal.ts";
import { type Json, LineSource } from "./helpers/peer.ts";

const BYE: Closed = { kind: "closed", text: "bye", retry: false, fault: false };

/** A server's rooms, and people in them who have no connections. */
class Scene implements AsyncDisposable {
  private constructor(readonly rooms: Rooms, readonly logs: Logs) {}

  static async open(logs: Logs = new MemoryLogs()): Promise<Scene> {
    return new Scene(await Rooms.open(logs, { title: "the ship" }), logs);
  }

  async join(name: string, options: Partial<JoinOptions> & { room?: string } = {}): Promise<Guest> {
    const { readable, writable } = new TransformStream<string, string>(undefined, undefined, {
      highWaterMark: 1e6,
    });
    const writer = writable.getWriter();
    const decoder = new TextDecoder();
    const cursor = this.rooms.cursor({
      async write(bytes) {
        for (const line of decoder.decode(bytes).trimEnd().split("\n")) await writer.write(line);
      },
      close() {},
    });
    cursor.format = FORMATS.json;
    const lines = new LineSource(readable);
    return new Guest(await this.rooms.join({ cursor, address: "10.0.0.1", name, ...options }), lines);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.rooms[Symbol.asyncDispose]();
    await this.logs[Symbol.asyncDispose]();
  }
}

/** Someone in a room, with the lines that they were sent. */
class Guest {
  constructor(readonly member: Member, readonly lines: LineSource) {}

  /** Reads up to the first object for which this holds. */
  async until(holds: (line: Json) => boolean): Promise<Json> {
    while (true) {
      const line = JSON.parse((await this.lines.next())!) as Json;
      if (holds(line)) return line;
    }
  }

  /** Reads up to the next object of this kind. */
  kind(kind: string): Promise<Json> {
    return this.until((line) => line.kind === kind);
  }

  /** Reads up to the object with this text, and returns all objects up to there. */
  async untilText(text: string): Promise<Json[]> {
    const lines: Json[] = [];
    await this.until((line) => lines.push(line) > 0 && line.text === text);
    return lines;
  }

  leave(): Promise<void> {
    return this.member.room.leave(this.member, { closing: BYE });
  }
}

/** The names that come, or go, in these objects. */
function namesIn(lines: Json[], kind: "joined" | "left"): string[] {
  return lines.filter((line) => line.kind === kind).flatMap(({ names }) => names);
}

Deno.test("Rooms: each room has its own numbers, history and people; the welcome says which one it is", async () => {
  await using scene = await Scene.open();
  const { rooms } = scene;
  const alice = await scene.join("alice");
  const bob = await scene.join("bob", { room: "#Kitchen" });
  const { kind: _, version: __, ...welcome } = await bob.kind("welcome");
  assertEquals({ ...welcome, log: "" }, {
    log: "",
    seq: 0,
    name: "bob",
    taken: 0,
    room: "kitchen",
    title: "the ship",
    messages: 0,
  });
  rooms.of(alice.member).broadcast(alice.member, "in the lobby");
  rooms.of(bob.member).broadcast(bob.member, "in the kitchen");
  assertEquals((await bob.kind("said")).seq, 2);
  assertEquals((await alice.kind("said")).text, "in the lobby");
  assertEquals(rooms.summaries, [
    { name: "lobby", members: 1, messages: 1 },
    { name: "kitchen", members: 1, messages: 1 },
  ]);
  assertEquals([rooms.get("lobby")!.roster, rooms.get("kitchen")!.roster], [["alice"], ["bob"]]);
  assertEquals(rooms.names, ["alice", "bob"]);
});

Deno.test("Rooms.move() starts the stream over in the other room; the ones see one leave and the others one join", async () => {
  await using scene = await Scene.open();
  const { rooms } = scene;
  const alice = await scene.join("alice");
  const bob = await scene.join("bob");
  await bob.kind("welcome");
  const carol = await scene.join("carol", { room: "kitchen" });
  rooms.of(carol.member).broadcast(carol.member, "before");
  await carol.kind("said");
  rooms.of(bob.member).broadcast(bob.member, "my last words here");
  await rooms.move(bob.member, "kitchen");
  rooms.of(bob.member).broadcast(bob.member, "hello kitchen");
  // All that was said in the old room comes before the welcome, the receipt included.
  const receipt = await bob.until(({ kind }) => kind === "said" || kind === "welcome");
  assertEquals([receipt.text, receipt.own], ["my last words here", true]);
  assertEquals((await bob.kind("welcome")).room, "kitchen");
  const past = await bob.kind("said");
  assertEquals([past.text, past.history], ["before", true]);
  assertEquals((await bob.kind("joined")).names, ["bob"]);
  assertEquals((await bob.kind("said")).text, "hello kitchen");
  assertEquals((await alice.kind("left")).names, ["bob"]);
  assertEquals((await carol.kind("joined")).names, ["bob"]);
  assertEquals(rooms.names, ["alice", "bob", "carol"]);
});

Deno.test("Rooms.move() leads whoever is gone meanwhile nowhere", async () => {
  await using scene = await Scene.open();
  const { rooms } = scene;
  const { member } = await scene.join("bob");
  let gone = false;
  const moving = rooms.move(member, "kitchen", () => gone);
  gone = true;
  await moving;
  assertEquals([member.room.name, rooms.lobby.roster], ["lobby", ["bob"]]);
});

Deno.test("Rooms: an empty room ends; nothing is kept of it if nothing was said there, and all if something was", async () => {
  await using scene = await Scene.open();
  const { rooms, logs } = scene;
  const alice = await scene.join("alice", { room: "silent" });
  const { log: before } = await alice.kind("welcome");
  await rooms.move(alice.member, "spoken");
  const { log: spoken } = await alice.kind("welcome");
  rooms.of(alice.member).broadcast(alice.member, "hi");
  await alice.kind("said");
  await rooms.move(alice.member, "lobby");
  await alice.kind("welcome");
  assertEquals(
    rooms.summaries.map(({ name }) => name),
    ["lobby", "silent", "spoken"].filter((name) => rooms.get(name)),
  );
  await rooms.move(alice.member, "silent");
  const again = await alice.kind("welcome");
  assert(again.log !== before, "a room of which nothing is kept begins anew");
  await rooms.move(alice.member, "spoken");
  const back = await alice.kind("welcome");
  assertEquals([back.log, back.messages], [spoken, 1]);
  assertEquals((await alice.kind("said")).text, "hi");
  const kept = await logs.list(10);
  assertEquals(kept.filter(({ messages }) => messages > 0), [{ name: "spoken", messages: 1 }]);
});

Deno.test("Rooms: a room stays open for whoever is still being sent something, and for whoever may come back", async () => {
  await using scene = await Scene.open();
  const { rooms } = scene;
  const alice = await scene.join("alice", { room: "kitchen", client: "A" });
  await alice.kind("welcome");
  await alice.member.room.lose(alice.member, BYE);
  assert(rooms.get("kitchen") !== undefined);
  const again = await scene.join("alice", { room: "kitchen", client: "A" });
  assertEquals((await again.kind("welcome")).room, "kitchen");
  assertEquals(rooms.get("kitchen")!.roster, ["alice"]);
  await again.leave();
  assertEquals((await again.kind("closed")).text, "bye");
});

Deno.test("Rooms: a client that comes back in another room leaves the one that it was in", async () => {
  await using scene = await Scene.open();
  const { rooms } = scene;
  const watcher = await scene.join("watcher");
  await scene.join("alice", { client: "A" });
  let replaced = 0;
  const second = await scene.join("alice", { client: "A", room: "kitchen", replaced: () => replaced++ });
  assertEquals((await second.kind("welcome")).name, "alice");
  assertEquals((await watcher.until((line) => line.kind === "left")).names, ["alice"]);
  assertEquals([rooms.lobby.roster, rooms.get("kitchen")!.roster, replaced], [["watcher"], ["alice"], 0]);
});

Deno.test("Rooms: several connections of one person are announced once in each room", async () => {
  await using scene = await Scene.open();
  const { rooms } = scene;
  const bob = await scene.join("bob");
  const pc = await scene.join("alice", { identity: "I" });
  const phone = await scene.join("alice", { identity: "I" });
  rooms.lobby.broadcast(pc.member, "from the pc");
  const [receipt, entry] = [await pc.kind("said"), await phone.kind("said")];
  assertEquals([receipt.own, entry.own, entry.name], [true, undefined, "alice"]);
  assertEquals(rooms.lobby.roster, ["bob", "alice"]);
  rooms.lobby.sendPrivate(bob.member, "alice", "psst");
  assertEquals([(await pc.kind("private")).text, (await phone.kind("private")).text], ["psst", "psst"]);
  await pc.leave();
  rooms.lobby.broadcast(phone.member, "still here");
  // Nobody saw her leave, or come twice.
  assertEquals(namesIn(await bob.untilText("still here"), "joined"), ["bob", "alice"]);
  await phone.leave();
  assertEquals((await bob.kind("left")).names, ["alice"]);
});

Deno.test("Rooms: whoever becomes somebody who is here, before it was told that they came, is not told to come", async () => {
  await using scene = await Scene.open();
  const { rooms } = scene;
  const alice = await scene.join("alice", { identity: "I", room: "kitchen" });
  const bert = await scene.join("bert", { identity: "I" });
  await scene.join("carol", { room: "kitchen" });
  // It waits, because it was just told that carol came.
  const coming = scene.join("bert", { identity: "I", room: "kitchen" });
  while (!rooms.get("kitchen")!.roster.includes("bert")) await Promise.resolve();
  rooms.roster.rename(bert.member.person, "alice");
  rooms.of(alice.member).broadcast((await coming).member, "hi");
  const told = [];
  for (let line; (line = await alice.until(() => true)).kind !== "said";) told.push(line);
  assertEquals(told.slice(1).map(({ kind, names, name }) => [kind, names ?? name]), [
    ["joined", ["alice"]],
    ["joined", ["carol"]],
    ["renamed", "bert"],
  ]);
});

Deno.test("Rooms: those who watch are told of other rooms once a second at most, and of their names there", async () => {
  await using scene = await Scene.open();
  const { rooms } = scene;
  const alice = await scene.join("alice", { watch: true });
  const bob = await scene.join("bob", { room: "kitchen" });
  assertEquals((await alice.kind("rooms")).rooms, [
    { name: "lobby", members: 1, messages: 0 },
    { name: "kitchen", members: 1, messages: 0 },
  ]);
  rooms.of(bob.member).broadcast(bob.member, "is Alice, who cooks, here? https://x/alice");
  const { room, name, seq } = await alice.kind("mention");
  assertEquals([room, name, seq], ["kitchen", "bob", 2]);
  const before = performance.now();
  const second = await alice.kind("rooms");
  assertEquals((second.rooms as Json[])[1], { name: "kitchen", members: 1, messages: 1 });
  assert(performance.now() - before > 500, "within the same second");
  // What happens in one's own room is no news.
  rooms.lobby.broadcast(alice.member, "alice says alice");
  assertEquals((await alice.until(({ kind }) => kind !== "joined")).kind, "said");
});

Deno.test("Rooms: one source begins a bounded number of rooms, and all are bounded; what is kept is not forgotten", async () => {
  await using scene = await Scene.open();
  const { rooms } = scene;
  for (let i = 0; i < MAX_ROOMS_PER_SOURCE; i++) await scene.join(`a${i}`, { room: `r${i}`, source: "A" });
  await assertRejects(
    () => scene.join("late", { room: "more", source: "A" }),
    Refusal,
    "your address has begun 32",
  );
  assertEquals((await scene.join("welcome", { room: "r0", source: "A" })).member.name, "welcome");
  for (let i = rooms.all.length; i < MAX_OPEN_ROOMS; i++) {
    await scene.join(`b${i}`, { room: `r${i}`, source: `B${i}` });
  }
  await assertRejects(
    () => scene.join("late", { room: "more", source: "C" }),
    Refusal,
    "no more rooms can be open",
  );
  const mover = await scene.join("mover", { source: "C" });
  await assertRejects(() => rooms.move(mover.member, "more"), Refusal, "no more rooms can be open");
  await assertRejects(() => rooms.move(mover.member, "a b"), Refusal, "is not allowed");
  assertEquals(mover.member.room.name, "lobby");
});

Deno.test("Rooms: rooms that one source begins at once count, too", async () => {
  await using scene = await Scene.open();
  const joining = Array.from(
    { length: MAX_ROOMS_PER_SOURCE + 8 },
    (_, i) => scene.join(`a${i}`, { room: `r${i}`, source: "A" }),
  );
  const refused = (await Promise.allSettled(joining)).filter(({ status }) => status === "rejected");
  assertEquals([refused.length, scene.rooms.all.length], [8, MAX_ROOMS_PER_SOURCE + 1]);
});

Deno.test("Rooms.remove() ends what is kept of a room that nobody is in", async () => {
  await using scene = await Scene.open();
  const { rooms } = scene;
  const alice = await scene.join("alice", { room: "kitchen" });
  rooms.of(alice.member).broadcast(alice.member, "secret");
  await alice.kind("said");
  await assertRejects(() => rooms.remove("kitchen"), Refusal, "someone is coming into kitchen");
  await assertRejects(() => rooms.remove("lobby"), Refusal, "the lobby stays");
  await rooms.move(alice.member, "lobby");
  await rooms.remove("kitchen");
  assertEquals(await rooms.list(), [{ name: "lobby", members: 1, messages: 0 }]);
  await rooms.move(alice.member, "kitchen");
  let welcome: Json;
  do welcome = await alice.kind("welcome"); while (welcome.room !== "kitchen" || welcome.messages !== 0);
});

Deno.test("Rooms.remove() takes a room away that ends, before whoever waits for its end begins it anew", async () => {
  await using scene = await Scene.open();
  const { rooms } = scene;
  const { member } = await scene.join("guest", { room: "kitchen" });
  rooms.of(member).broadcast(member, "hi");
  await member.room.leave(member, { closing: BYE });
  assertEquals(rooms.get("kitchen")?.members, []);
  const [removed, next] = await Promise.all([
    rooms.remove("kitchen"),
    scene.join("next", { room: "kitchen" }),
  ]);
  assertEquals([removed, rooms.of(next.member).summary.messages], [true, 0]);
  await assertRejects(() => rooms.remove("kitchen"), Refusal, "someone is coming into kitchen");
});

Deno.test("Rooms: what a killed server left behind without a word in it is not listed, but there for who comes back", async () => {
  const logs = new MemoryLogs();
  await using log = await logs.open("silent");
  log.append([{ kind: "joined", names: ["alice"], memberKeys: ["A"] }]);
  const { id } = log;
  await log[Symbol.asyncDispose]();
  await using scene = await Scene.open(logs);
  assertEquals((await scene.rooms.list()).map(({ name }) => name), ["lobby"]);
  const alice = await scene.join("alice", { room: "silent", client: "A", resume: { log: id, since: 1 } });
  const { log: again, seq } = await alice.kind("welcome");
  assertEquals([again, seq], [id, 1]);
});

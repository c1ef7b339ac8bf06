import { assert, assertEquals } from "@std/assert";
import { type Cursor, MAX_DIRECT_BYTES, MAX_WRITE_BYTES, type Sink } from "../../lib/fanout/cursor.ts";
import { Fanout } from "../../lib/fanout/fanout.ts";
import type { Log } from "../../lib/log/log.ts";
import { MemoryLog } from "../../lib/log/memory.ts";
import { type Closed, type Draft, keysOf } from "../../lib/wire/entries.ts";
import { FORMATS } from "../../lib/wire/formats/formats.ts";
import { SlowLog } from "../helpers/slow_log.ts";

const decoder = new TextDecoder();

/** A short tail, so that little is needed to be behind it. */
const TAIL = 2 * 1024 * 1024;

const BYE: Closed = { kind: "closed", text: "bye", retry: false, fault: false };

/** A sink that keeps what it gets. While it is stuck, a write does not end. */
class FakeSink implements Sink {
  readonly writes: string[] = [];
  largest = 0;
  closed = 0;
  stuck = false;
  #pending?: PromiseWithResolvers<void>;

  write(bytes: Uint8Array): Promise<void> {
    assertEquals(this.#pending, undefined, "a second write while one is in flight");
    this.writes.push(decoder.decode(bytes));
    this.largest = Math.max(this.largest, bytes.length);
    if (!this.stuck) return Promise.resolve();
    this.#pending = Promise.withResolvers();
    return this.#pending.promise;
  }

  /** Ends the write in flight. */
  release(): void {
    this.#pending?.resolve();
    this.#pending = undefined;
  }

  /** Breaks the write in flight. */
  break(): void {
    this.#pending?.reject(new Error("broken"));
    this.#pending = undefined;
  }

  close(): void {
    this.closed++;
  }

  get text(): string {
    return this.writes.join("");
  }

  get lines(): string[] {
    return this.text.split("\n").slice(0, -1);
  }
}

/** The parts of a room that move its cursors. */
class Harness {
  readonly log: Log;
  readonly fanout: Fanout;
  #woken = false;

  constructor(log: Log = new MemoryLog({ now: () => 0 })) {
    this.log = log;
    this.fanout = new Fanout(log, () => this.#woken = true, { tailBytes: TAIL });
    log.follow((entries) => this.fanout.push(entries));
  }

  /** A cursor that follows from the entry after `at`. */
  open({ key = "Z", format = FORMATS.text, at = this.log.last } = {}): { sink: FakeSink; cursor: Cursor } {
    const sink = new FakeSink();
    const cursor = this.fanout.open(sink);
    cursor.format = format;
    cursor.follow(at, key);
    return { sink, cursor };
  }

  async append(drafts: Draft[]): Promise<void> {
    await this.log.append(drafts);
  }

  /** Flushes, as often as it is asked to. */
  async settle(): Promise<void> {
    do {
      this.#woken = false;
      this.fanout.flush();
      await new Promise((resolve) => setTimeout(resolve, 0));
    } while (this.#woken);
  }

  async say(...texts: string[]): Promise<void> {
    await this.append(texts.map((text) => said(text)));
    await this.settle();
  }
}

function said(text: string, name = "alice"): Draft {
  return { kind: "said", name, text, authorKey: name[0].toUpperCase() };
}

const joined = (...names: string[]): Draft => ({
  kind: "joined",
  names,
  memberKeys: names.map((name) => name[0].toUpperCase()),
});

/** Whether a promise has settled by the next turn of the event loop. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  promise.then(() => done = true, () => done = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  return done;
}

/** The numbers of the entries in JSON lines. */
const seqs = (sink: FakeSink): number[] => sink.lines.map((line) => JSON.parse(line).seq);
const numbers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

Deno.test("Fanout gives every cursor all that follows its place, once and in order", async () => {
  const room = new Harness();
  await room.say("a", "b", "c");
  const readers = [0, 1, 2, 3].map((at) => room.open({ at }));
  await room.settle();
  await room.say("d");
  await room.say("e");
  for (const [at, { sink }] of readers.entries()) {
    assertEquals(sink.lines, ["a", "b", "c", "d", "e"].slice(at).map((text) => `<alice> ${text}`));
  }
});

Deno.test("Fanout gives those at the same place the same bytes", async () => {
  const room = new Harness();
  const taken: Uint8Array[] = [];
  for (const _ of [1, 2, 3]) {
    const sink: Sink = { write: (bytes) => Promise.resolve(void taken.push(bytes)), close() {} };
    room.fanout.open(sink).follow(0, "Z");
  }
  await room.append([said("a"), said("b")]);
  await room.append([said("c")]);
  await room.settle();
  assertEquals(taken.length, 3);
  assert(taken.every((bytes) => bytes === taken[0]));
});

Deno.test("Fanout gives a cursor that does not follow the log no entries", async () => {
  const room = new Harness();
  const sink = new FakeSink();
  const cursor = room.fanout.open(sink);
  await room.say("a");
  cursor.send({ kind: "notice", text: "wait" });
  await room.say("b");
  cursor.follow(1, "Z");
  await room.settle();
  assertEquals(sink.lines, ["-- wait", "<alice> b"]);
});

Deno.test("Cursor has one write in flight, and what happens meanwhile goes with the next", async () => {
  const room = new Harness();
  const { sink, cursor } = room.open();
  sink.stuck = true;
  await room.say("a");
  await room.say("b");
  cursor.send({ kind: "notice", text: "direct" });
  await room.say("c", "d");
  assertEquals(sink.writes, ["<alice> a\n"]);
  sink.release();
  await room.settle();
  assertEquals(sink.writes.length, 2);
  assertEquals(sink.lines.toSorted(), [
    "-- direct",
    ...["a", "b", "c", "d"].map((text) => `<alice> ${text}`),
  ]);
});

Deno.test("a sink that is stuck costs no one anything, and gets everything later", async () => {
  const room = new Harness();
  const { sink: stuck } = room.open();
  const { sink: other } = room.open();
  stuck.stuck = true;
  const texts = Array.from({ length: 100 }, (_, i) => `${i}`);
  for (const text of texts) {
    await room.append([said(text)]);
    room.fanout.flush();
    assertEquals(other.lines.length, Number(text) + 1);
    await room.settle();
  }
  assertEquals(stuck.writes.length, 1);
  stuck.stuck = false;
  stuck.release();
  await room.settle();
  assertEquals(stuck.writes.length, 2);
  assertEquals(stuck.lines, texts.map((text) => `<alice> ${text}`));
  assertEquals(other.lines, stuck.lines);
});

Deno.test("a cursor that is a little behind is fed without reading the log", async () => {
  const read = () => Promise.reject(new Error("read"));
  const room = new Harness(Object.assign(new SlowLog(new MemoryLog()), { read }));
  const { sink } = room.open();
  sink.stuck = true;
  await room.say("first");
  await sayMuch(room, MiB);
  sink.stuck = false;
  sink.release();
  await room.settle();
  assertEquals([sink.closed, sink.lines.length], [0, room.log.last]);
});

Deno.test("one's own entries are left out in text, and marked in JSON", async () => {
  const room = new Harness();
  const { sink: text } = room.open({ key: "A" });
  const { sink: json } = room.open({ key: "A", format: FORMATS.json });
  await room.append([
    joined("alice"),
    joined("bob", "alice"),
    said("mine"),
    said("yours", "bob"),
    said("mine"),
  ]);
  await room.settle();
  assertEquals(text.lines, ["-- bob joined", "<bob> yours"]);
  assertEquals(json.lines.map((line) => JSON.parse(line).own ?? false), [false, false, true, false, true]);
});

Deno.test("a cursor whose own entries are all it lacks gets nothing, and goes on", async () => {
  const room = new Harness();
  const { sink } = room.open({ key: "A" });
  await room.say("mine");
  assertEquals(sink.writes, []);
  await room.append([said("yours", "bob")]);
  await room.settle();
  assertEquals(sink.writes, ["<bob> yours\n"]);
});

Deno.test("a change of format holds from the next entry that was not sent", async () => {
  const room = new Harness();
  const { sink, cursor } = room.open();
  sink.stuck = true;
  await room.say("a");
  await room.say("b");
  cursor.format = FORMATS.json;
  sink.release();
  await room.settle();
  cursor.format = FORMATS.text;
  await room.say("c");
  sink.release();
  await room.settle();
  assertEquals(sink.lines.map((line) => line[0]), ["<", "{", "<"]);
});

const MiB = 1024 * 1024;

/** More than stays encoded: what was said before it must be read from the log. */
async function sayMuch(room: Harness, bytes = 4 * MiB): Promise<void> {
  const batch = Array.from({ length: 10 }, () => said("x".repeat(4000)));
  for (let taken = 0; taken < bytes; taken += 10 * 2 * 4000) {
    await room.append(batch);
    room.fanout.flush();
  }
}

const LOGS: [name: string, open: (options?: { maxBytes: number }) => Log][] = [
  ["in memory", (options) => new MemoryLog(options)],
  ["that takes its time", (options) => new SlowLog(new MemoryLog(options))],
];

for (const [name, open] of LOGS) {
  Deno.test(`a cursor that is far behind catches up from a log ${name}`, async () => {
    const room = new Harness(open());
    const { sink: text } = room.open({ key: "A" });
    const { sink: json } = room.open({ key: "B", format: FORMATS.json });
    for (const sink of [text, json]) sink.stuck = true;
    await room.append([said("first", "bob")]);
    await sayMuch(room);
    assertEquals([text.writes.length, json.writes.length], [1, 1]);
    await room.append([said("last", "bob")]);
    for (const sink of [text, json]) {
      sink.stuck = false;
      sink.release();
    }
    await room.settle();
    assertEquals(text.lines, ["<bob> first", "<bob> last"]);
    assertEquals(seqs(json), numbers(1, room.log.last));
    assertEquals(json.lines.filter((line) => line.includes('"own":true')).length, 2);
    assert(json.largest <= MAX_WRITE_BYTES);
  });

  Deno.test(`a cursor that begins before what is encoded reads from a log ${name}`, async () => {
    const room = new Harness(open());
    await room.append([said("a"), said("b"), said("c")]);
    const late = new Fanout(room.log, () => {});
    const sink = new FakeSink();
    late.open(sink).follow(1, "Z");
    late.flush();
    await room.settle();
    assertEquals(sink.lines, ["<alice> b", "<alice> c"]);
  });

  Deno.test(`a cursor is told how many messages it missed in a log ${name}`, async () => {
    const room = new Harness(open({ maxBytes: 3 * MiB }));
    const { sink } = room.open({ format: FORMATS.json });
    sink.stuck = true;
    await sayMuch(room, 8 * MiB);
    assertEquals(sink.writes.length, 1);
    const sent = seqs(sink).length;
    const [{ seq: first }] = await room.log.read(0, 1);
    sink.stuck = false;
    sink.release();
    await room.settle();
    const [notice] = sink.lines.splice(sent, 1);
    assertEquals(JSON.parse(notice).kind, "notice");
    assertEquals(/\d+/.exec(notice)?.[0], String(first - sent - 1));
    assertEquals(seqs(sink).filter((seq) => seq !== undefined), [
      ...numbers(1, sent),
      ...numbers(first, room.log.last),
    ]);
  });

  Deno.test(`no line is cut and no write larger than MAX_WRITE while a cursor catches up from a log ${name}`, async () => {
    const room = new Harness(open());
    await sayMuch(room);
    const { sink, cursor } = room.open({ at: 0, format: FORMATS.json });
    cursor.write("direct\n".repeat(100_000));
    await room.settle();
    const entries = sink.lines.filter((line) => line !== "direct");
    assertEquals(entries.filter((line) => !/^\{.*\}$/.test(line)).map((line) => line.slice(0, 20)), []);
    assertEquals(sink.lines.length - entries.length, 100_000);
    assert(sink.largest <= MAX_WRITE_BYTES, `a write of ${sink.largest} bytes`);
  });

  Deno.test(`a cursor that follows anew gets nothing from before, also while it catches up from a log ${name}`, async () => {
    const room = new Harness(open());
    await sayMuch(room);
    const { sink, cursor } = room.open({ at: 0, format: FORMATS.json });
    room.fanout.flush();
    cursor.follow(room.log.last, "Z");
    await room.settle();
    await room.say("new");
    assertEquals([sink.lines.length, seqs(sink).at(-1)], [1, room.log.last]);
  });

  Deno.test(`a cursor that is closed writes no more, also while it catches up from a log ${name}`, async () => {
    const room = new Harness(open());
    await sayMuch(room);
    const { sink, cursor } = room.open({ at: 0 });
    room.fanout.flush();
    cursor.close();
    await room.settle();
    await room.say("new");
    assertEquals(sink.writes.length, 0);
  });
}

Deno.test("a cursor whose log cannot be read is closed", async () => {
  const log = new MemoryLog();
  log.append([said("a")]);
  const broken: Log = Object.assign(new SlowLog(log), { read: () => Promise.reject(new Error("disk")) });
  const room = new Harness(broken);
  const { sink, cursor } = room.open({ at: 0 });
  await room.settle();
  assertEquals([sink.writes, sink.closed], [[], 1]);
  await cursor.end(BYE);
});

for (const format of Object.values(FORMATS)) {
  Deno.test(`no write of entries is larger than MAX_WRITE, in ${format.name}`, async () => {
    const room = new Harness();
    for (const length of [5, 300, 8192]) {
      const at = room.log.last;
      while ((room.log.last - at) * (length + 80) < 3 * MAX_WRITE_BYTES) {
        await room.append(Array.from({ length: 50 }, () => said("x".repeat(length))));
      }
      const { sink } = room.open({ at, format });
      await room.settle();
      assertEquals(sink.lines.length, room.log.last - at);
      assert(sink.largest <= MAX_WRITE_BYTES, `a write of ${sink.largest} bytes`);
    }
  });
}

Deno.test("no write is larger than MAX_WRITE, also where all entries in it are one's own and marked", async () => {
  const room = new Harness();
  for (let i = 0; i < 200; i++) await room.append(Array.from({ length: 50 }, () => said("x")));
  const { sink } = room.open({ at: 0, format: FORMATS.json, key: "A" });
  await room.settle();
  assertEquals(seqs(sink), numbers(1, room.log.last));
  assert(sink.largest <= MAX_WRITE_BYTES, `a write of ${sink.largest} bytes`);
});

Deno.test("no write is larger than MAX_WRITE, whatever direct lines wait", async () => {
  const room = new Harness();
  const { sink, cursor } = room.open();
  const line = `-- ${"x".repeat(5000)}\n`;
  cursor.write(line.repeat(100));
  for (let i = 0; i < 100; i++) cursor.write(line);
  await room.say("y".repeat(8000));
  assertEquals(sink.lines.filter((shown) => `${shown}\n` === line).length, 200);
  assert(sink.largest <= MAX_WRITE_BYTES, `a write of ${sink.largest} bytes`);
});

Deno.test("Cursor.send() sends direct lines in order, which may overtake entries", async () => {
  const room = new Harness();
  const { sink, cursor } = room.open();
  await room.append([said("entry")]);
  for (const text of ["1", "2"]) cursor.send({ kind: "notice", text });
  cursor.format = FORMATS.json;
  cursor.send({ kind: "notice", text: "3" });
  cursor.write("as it is\n");
  await room.settle();
  const direct = sink.lines.filter((line) => !line.includes("entry"));
  assertEquals(direct, ["-- 1", "-- 2", '{"kind":"notice","text":"3"}', "as it is"]);
  assertEquals([sink.lines.length, sink.writes.length], [5, 1]);
});

Deno.test("one write carries 256 KiB at most, and 64 KiB of direct lines may wait", () => {
  assertEquals([MAX_WRITE_BYTES, MAX_DIRECT_BYTES], [256 * 1024, 64 * 1024]);
});

/** As many bytes of direct lines as may wait. */
const BRIM = "x".repeat(MAX_DIRECT_BYTES - 1) + "\n";

Deno.test("Cursor.full counts the direct lines that wait and those in flight, and no entries", async () => {
  const room = new Harness();
  const { sink, cursor } = room.open();
  sink.stuck = true;
  await room.say("x".repeat(MAX_DIRECT_BYTES + 1));
  cursor.write(BRIM);
  assertEquals(cursor.full, false);
  cursor.write("\n");
  assertEquals(cursor.full, true);
  sink.release();
  await room.settle();
  assertEquals([sink.writes.length, cursor.full], [2, true]);
  sink.release();
  await room.settle();
  assertEquals(cursor.full, false);
});

Deno.test("Cursor.drained() resolves when it is not full any more", async () => {
  const room = new Harness();
  const { sink, cursor } = room.open();
  await cursor.drained();
  for (const _ of [1, 2]) {
    sink.stuck = true;
    cursor.write(BRIM + "\n");
    const drained = cursor.drained();
    await room.settle();
    assertEquals(await settled(drained), false);
    sink.release();
    assertEquals([await settled(drained), cursor.full], [true, false]);
  }
});

Deno.test("Cursor.drained() goes on waiting while more waits than may", async () => {
  const room = new Harness();
  const { sink, cursor } = room.open();
  sink.stuck = true;
  cursor.write(BRIM + "\n");
  await room.settle();
  cursor.write(BRIM + "\n");
  const drained = cursor.drained();
  sink.release();
  assertEquals(await settled(drained), false);
  await room.settle();
  sink.release();
  assertEquals(await settled(drained), true);
});

Deno.test("Cursor.drained() resolves when it is closed, and afterwards", async () => {
  for (const close of [(cursor: Cursor) => cursor.close(), (_: Cursor, sink: FakeSink) => sink.break()]) {
    const room = new Harness();
    const { sink, cursor } = room.open();
    sink.stuck = true;
    cursor.write(BRIM + "\n");
    const drained = cursor.drained();
    await room.settle();
    close(cursor, sink);
    assertEquals([await settled(drained), await settled(cursor.drained())], [true, true]);
  }
});

Deno.test("Cursor.drained() resolves at once where it was closed before anyone asked", async () => {
  const room = new Harness();
  const { sink, cursor } = room.open();
  sink.stuck = true;
  cursor.write(BRIM + "\n");
  await room.settle();
  cursor.close();
  assertEquals(await settled(cursor.drained()), true);
});

Deno.test("Cursor.end() sends what the log has, and the closing line last", async () => {
  const room = new Harness();
  const { sink, cursor } = room.open();
  sink.stuck = true;
  await room.say("a");
  await room.say("b");
  const ended = cursor.end(BYE);
  cursor.send({ kind: "notice", text: "direct" });
  await room.settle();
  sink.release();
  await room.settle();
  assertEquals(await settled(ended), false);
  sink.release();
  await ended;
  assertEquals(sink.lines.toSorted(), ["-- bye", "-- direct", "<alice> a", "<alice> b"]);
  assertEquals(sink.lines.at(-1), "-- bye");
  cursor.send({ kind: "notice", text: "too late" });
  await room.say("too late");
  assertEquals(sink.lines.at(-1), "-- bye");
});

Deno.test("Cursor.end() sends the closing line last also after more than one write", async () => {
  const room = new Harness();
  await sayMuch(room);
  const { sink, cursor } = room.open({ at: 0, format: FORMATS.json });
  const ended = cursor.end(BYE);
  await room.settle();
  await ended;
  const last = sink.lines.pop()!;
  assertEquals(JSON.parse(sink.writes.at(-1)!.trim().split("\n").pop()!), JSON.parse(last));
  assertEquals(JSON.parse(last), { kind: "closed", text: "bye", retry: false });
  assert(sink.writes.length > 5);
  assertEquals(seqs(sink).slice(0, -1), numbers(1, room.log.last));
});

Deno.test("Cursor.end() sends the closing line where nothing else is to be sent, or only in flight", async () => {
  for (const stuck of [false, true]) {
    const room = new Harness();
    const { sink, cursor } = room.open();
    sink.stuck = stuck;
    await room.say("a");
    const ended = cursor.end(BYE);
    await room.settle();
    sink.stuck = false;
    sink.release();
    await room.settle();
    assertEquals([await settled(ended), sink.lines], [true, ["<alice> a", "-- bye"]]);
  }
});

Deno.test("Cursor.end() sends the closing line after all direct lines, however many", async () => {
  const room = new Harness();
  const { sink, cursor } = room.open();
  cursor.write("direct\n".repeat(100_000));
  const ended = cursor.end(BYE);
  await room.settle();
  await ended;
  assertEquals([sink.lines.length, sink.lines.at(-1)], [100_001, "-- bye"]);
});

Deno.test("Cursor.end() sends the closing line to who does not follow the log, once", async () => {
  const room = new Harness();
  const sink = new FakeSink();
  const cursor = room.fanout.open(sink);
  await room.append([said("secret")]);
  const ended = [cursor.end(BYE), cursor.end({ ...BYE, text: "again" })];
  await room.settle();
  await Promise.all(ended);
  await cursor.end(BYE);
  await room.settle();
  assertEquals(sink.lines, ["-- bye"]);
});

Deno.test("Cursor.end() resolves when the closing line cannot be sent", async () => {
  for (const close of [(cursor: Cursor) => cursor.close(), (_: Cursor, sink: FakeSink) => sink.break()]) {
    const room = new Harness();
    const { sink, cursor } = room.open();
    sink.stuck = true;
    await room.say("a");
    const ended = cursor.end(BYE);
    assertEquals(await settled(ended), false);
    close(cursor, sink);
    await ended;
    assertEquals([sink.closed, sink.lines], [1, ["<alice> a"]]);
  }
});

Deno.test("a sink whose write fails is closed, and the others go on", async () => {
  const room = new Harness();
  const { sink: bad } = room.open();
  const { sink: good } = room.open();
  bad.stuck = true;
  await room.say("a");
  bad.break();
  await room.say("b");
  await room.say("c");
  assertEquals([bad.closed, bad.lines], [1, ["<alice> a"]]);
  assertEquals([good.closed, good.lines], [0, ["<alice> a", "<alice> b", "<alice> c"]]);
});

Deno.test("a cursor that is closed writes no more, also when the write in flight ends after that", async () => {
  const room = new Harness();
  const { sink, cursor } = room.open();
  sink.stuck = true;
  await room.say("a");
  cursor.send({ kind: "notice", text: "waits" });
  cursor.close();
  assertEquals(sink.closed, 1);
  await room.say("b");
  sink.release();
  await room.settle();
  cursor.send({ kind: "notice", text: "too late" });
  await room.say("c");
  assertEquals(sink.writes, ["<alice> a\n"]);
});

/** Numbers that look random and are the same each time. */
function* random(seed: number): Generator<number> {
  while (true) {
    // The constants are those of Numerical Recipes.
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    yield seed / 2 ** 32;
  }
}

for (const [name, open] of LOGS) {
  for (const seed of [1, 2, 3]) {
    Deno.test(`everyone sees the same, whoever is slow when, with a log ${name} (${seed})`, async () => {
      const numbers = random(seed);
      const below = (limit: number) => Math.floor(numbers.next().value! * limit);
      const room = new Harness(open());
      const readers = ["A", "B", "Z", "Y", ""].map((key, i) => ({
        key,
        ...room.open({ key, format: i % 2 === 0 ? FORMATS.json : FORMATS.text }),
      }));
      for (let step = 0; step < 300; step++) {
        const { sink } = readers[below(readers.length)];
        const text = `${step} ${"é".repeat(below(10) === 0 ? 30_000 : below(20))}`;
        const draft = below(4) === 0
          ? joined("alice", "carol")
          : said(text, below(2) === 0 ? "alice" : "bob");
        await room.append(Array.from({ length: below(6) + 1 }, () => draft));
        if (below(15) === 0) sink.stuck = !sink.stuck;
        if (!sink.stuck || below(10) === 0) sink.release();
        if (below(2) === 0) room.fanout.flush();
      }
      for (const { sink } of readers) {
        sink.stuck = false;
        sink.release();
      }
      await room.settle();
      const all = await room.log.read(0, Number.MAX_SAFE_INTEGER);
      for (const { key, cursor: { format }, sink } of readers) {
        const expected = all.map((entry) =>
          keysOf(entry).includes(key) ? format.own(entry, key) : format.entry(entry)
        );
        assert(sink.text === expected.join(""), `key "${key}" got something else`);
      }
    });
  }
}

Deno.test("Fanout feeds a large room in slices, each cursor once and all with the same bytes", async () => {
  const room = new Harness();
  const readers = Array.from({ length: 450 }, (_, i) => room.open({ key: `key ${i}` }));
  while (room.fanout.flush());
  await room.append([said("hello")]);
  const fed = () => readers.filter(({ sink }) => sink.lines.length > 0).length;
  const steps = [];
  for (let more = true, before = 0; more; before = fed()) {
    more = room.fanout.flush();
    steps.push(fed() - before);
  }
  assert(steps.length > 1 && Math.max(...steps) <= 120, `fed ${steps} at a time`);
  for (const { sink } of readers) assertEquals(sink.lines, ["<alice> hello"]);
});

import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes/concat";
import type { Sink } from "../../lib/fanout/cursor.ts";
import { keysOf } from "../../lib/wire/entries.ts";
import { FORMATS } from "../../lib/wire/formats/formats.ts";
import { seeded } from "../helpers/numbers.ts";
import { FakeSink, Harness, joined, LOGS, said } from "./harness.ts";

const encoder = new TextEncoder();

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

Deno.test("Fanout wraps what is shared once for all with the same framing, and what is someone's own for them", async () => {
  const room = new Harness();
  let wrapped = 0;
  const framing = {
    wrap(lines: Uint8Array) {
      wrapped++;
      return concat([encoder.encode("{"), new Uint8Array(lines), encoder.encode("}")]);
    },
  };
  const taken: Uint8Array[] = [];
  const open = (framed: boolean, key: string) => {
    const write = (bytes: Uint8Array) => Promise.resolve(void taken.push(bytes));
    const cursor = room.fanout.open({ framing: framed ? framing : undefined, write, close() {} });
    cursor.follow(0, key);
    return cursor;
  };
  for (const framed of [true, false, true, false, true]) open(framed, "Z");
  const cursor = open(true, "Z");
  cursor.send({ kind: "notice", text: "for you" });
  open(true, "A");
  await room.say("a");
  assertEquals(taken.map((bytes) => new TextDecoder().decode(bytes)), [
    "{<alice> a\n}",
    "<alice> a\n",
    "{<alice> a\n}",
    "<alice> a\n",
    "{<alice> a\n}",
    "{-- for you\n<alice> a\n}",
  ]);
  assertEquals(wrapped, 2);
  assert(taken[0] === taken[2] && taken[2] === taken[4] && taken[1] === taken[3]);
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

Deno.test("a sink that is stuck costs no one anything, and gets everything later", async () => {
  const room = new Harness();
  const { sink: stuck } = room.open();
  const { sink: other } = room.open();
  stuck.stuck = true;
  const texts = Array.from({ length: 100 }, (_, i) => `${i}`);
  for (const text of texts) {
    await room.append([said(text)]);
    room.flush();
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

for (const [name, open] of LOGS) {
  for (const seed of [1, 2, 3]) {
    Deno.test(`everyone sees the same, whoever is slow when, with a log ${name} (${seed})`, async () => {
      const random = seeded(seed);
      const below = (limit: number) => Math.floor(random() * limit);
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
        if (below(2) === 0) room.flush();
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
  while (room.flush());
  await room.append([said("hello")]);
  const fed = () => readers.filter(({ sink }) => sink.lines.length > 0).length;
  const steps = [];
  for (let more = true, before = 0; more; before = fed()) {
    more = room.flush();
    steps.push(fed() - before);
  }
  assert(steps.length > 1 && Math.max(...steps) <= 120, `fed ${steps} at a time`);
  for (const { sink } of readers) assertEquals(sink.lines, ["<alice> hello"]);
});

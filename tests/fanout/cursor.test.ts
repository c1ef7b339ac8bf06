import { assert, assertEquals } from "@std/assert";
import { type Cursor, MAX_DIRECT_BYTES, MAX_WRITE_BYTES } from "../../lib/fanout/cursor.ts";
import { FORMATS } from "../../lib/wire/formats/formats.ts";
import { BYE, FakeSink, Harness, numbers, said, sayMuch, seqs, settled } from "./harness.ts";

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

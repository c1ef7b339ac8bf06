/**
 * What is sent to a cursor that is behind: from what is still encoded, or from the log.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { MAX_WRITE_BYTES } from "../../lib/fanout/cursor.ts";
import { Fanout } from "../../lib/fanout/fanout.ts";
import { CURSORS_PER_TURN } from "../../lib/fanout/flush_schedule.ts";
import type { Log } from "../../lib/log/log.ts";
import { MemoryLog } from "../../lib/log/memory.ts";
import { FORMATS } from "../../lib/wire/formats/formats.ts";
import { SlowLog } from "../helpers/logs.ts";
import { BYE, FakeSink, Harness, LOGS, MiB, numbers, said, sayMuch, seqs } from "./harness.ts";

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
    late.flush({ left: CURSORS_PER_TURN });
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

  Deno.test(`a cursor that follows anew gets nothing from before, even while it catches up from a log ${name}`, async () => {
    const room = new Harness(open());
    await sayMuch(room);
    const { sink, cursor } = room.open({ at: 0, format: FORMATS.json });
    room.flush();
    cursor.follow(room.log.last, "Z");
    await room.settle();
    await room.say("new");
    assertEquals([sink.lines.length, seqs(sink).at(-1)], [1, room.log.last]);
  });

  Deno.test(`a cursor that is closed writes no more, even while it catches up from a log ${name}`, async () => {
    const room = new Harness(open());
    await sayMuch(room);
    const { sink, cursor } = room.open({ at: 0 });
    room.flush();
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

Deno.test("no write is larger than MAX_WRITE, even if all entries in it are one's own and marked", async () => {
  const room = new Harness();
  for (let i = 0; i < 200; i++) await room.append(Array.from({ length: 50 }, () => said("x")));
  const { sink } = room.open({ at: 0, format: FORMATS.json, key: "A" });
  await room.settle();
  assertEquals(seqs(sink), numbers(1, room.log.last));
  assert(sink.largest <= MAX_WRITE_BYTES, `a write of ${sink.largest} bytes`);
});

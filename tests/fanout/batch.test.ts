import { assert, assertEquals } from "@std/assert";
import { Batch } from "../../lib/fanout/batch.ts";
import { sizeOf } from "../../lib/log/log.ts";
import { type Entry, keysOf } from "../../lib/wire/entries.ts";
import type { Format } from "../../lib/wire/formats/format.ts";
import { FORMATS } from "../../lib/wire/formats/formats.ts";

const decoder = new TextDecoder();

/** Entries from number 5 on. Every key owns something, at both ends, side by side and alone, in ASCII and not. */
const ENTRIES: Entry[] = ([
  { kind: "said", name: "alice", text: "first", authorKey: "A" },
  { kind: "said", name: "bob", text: "zwölf 😀", authorKey: "B" },
  { kind: "action", name: "bob", text: "waves", authorKey: "B" },
  { kind: "joined", names: ["carol", "alice"], memberKeys: ["C", "A"] },
  { kind: "renamed", name: "carol", to: "Ωmega" },
  { kind: "said", name: "Ωmega", text: "hé", authorKey: "C" },
  { kind: "left", names: ["bob"], memberKeys: ["B"] },
  { kind: "said", name: "alice", text: "last €", authorKey: "A" },
] as Entry[]).map((entry, i) => ({ ...entry, seq: 5 + i, time: 1000 * i }));

/** The lines for a member, made one by one. */
function expected(entries: readonly Entry[], format: Format, key: string): string {
  return entries.map((entry) => {
    return keysOf(entry).includes(key) ? format.own(entry, key) : format.entry(entry);
  }).join("");
}

const encoded = (batch: Batch, format: Format, key: string) => decoder.decode(batch.encode(format, key));

for (const format of Object.values(FORMATS)) {
  Deno.test(`Batch.encode() gives each member its own lines in their places, in ${format.name}`, () => {
    const batch = new Batch(ENTRIES);
    for (const key of ["A", "B", "C", "Z", ""]) {
      assertEquals(encoded(batch, format, key), expected(ENTRIES, format, key), `key "${key}"`);
    }
  });

  Deno.test(`Batch.after() leaves what follows an entry, in ${format.name}`, () => {
    const batch = new Batch(ENTRIES);
    for (let seq = 3; seq < batch.last; seq++) {
      const rest = batch.after(seq);
      const entries = ENTRIES.filter((entry) => entry.seq > seq);
      assertEquals([rest.first, rest.last], [Math.max(5, seq + 1), 12]);
      for (const key of ["A", "B", "Z"]) {
        assertEquals(
          encoded(rest, format, key),
          expected(entries, format, key),
          `after ${seq}, key "${key}"`,
        );
      }
    }
  });

  Deno.test(`Batch gives all to whom nothing of it belongs the same bytes, in ${format.name}`, () => {
    const batch = new Batch(ENTRIES);
    const shared = batch.shared(format);
    assert(batch.encode(format, "Z") === shared && batch.encode(format, "Y") === shared);
    assertEquals(decoder.decode(shared), ENTRIES.map((entry) => format.entry(entry)).join(""));
  });
}

Deno.test("Batch.encode() serves both formats and all members from one batch, in any order", () => {
  const batch = new Batch(ENTRIES);
  for (const key of ["C", "Z", "A", "C"]) {
    for (const format of [FORMATS.json, FORMATS.text]) {
      assertEquals(encoded(batch, format, key), expected(ENTRIES, format, key));
    }
  }
});

Deno.test("Batch.concerns() says to whom an entry belongs: who said it, or came or went with it", () => {
  const batch = new Batch(ENTRIES);
  assertEquals(["A", "B", "C", "Z", "", "carol"].map((key) => batch.concerns(key)), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
  assertEquals(batch.after(11).concerns("B"), false);
});

Deno.test("Batch.size is that of its entries, and of what a batch takes besides", () => {
  assertEquals(new Batch(ENTRIES).size, ENTRIES.map(sizeOf).reduce((a, b) => a + b) + 1024);
});

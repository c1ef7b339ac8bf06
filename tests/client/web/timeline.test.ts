import { assertEquals } from "@std/assert";
import { Timeline } from "../../../lib/client/web/timeline.ts";
import type { ReceivedEntry } from "../../../lib/wire/received.ts";

function said(seq: number, text = `text ${seq}`, name = "bob"): ReceivedEntry {
  return { kind: "said", seq, time: seq * 1000, name, text, own: false, history: false };
}

function presence(seq: number, kind: "joined" | "left", ...names: string[]): ReceivedEntry {
  return { kind, seq, time: seq * 1000, names };
}

function texts({ items }: Timeline): string[] {
  return items.map((item) => "text" in item ? item.text : item.kind);
}

Deno.test("Timeline takes each entry once, wherever it comes", () => {
  const timeline = new Timeline();
  for (const seq of [5, 7, 7, 6, 5]) timeline.take(said(seq));
  assertEquals(timeline.takeOlder([said(3), said(4), said(5)]), 2);
  assertEquals(texts(timeline), ["text 3", "text 4", "text 5", "text 6", "text 7"]);
  assertEquals([timeline.first, timeline.last], [3, 7]);
});

Deno.test("Timeline keeps what is no entry where it came", () => {
  const timeline = new Timeline();
  timeline.take(said(1));
  timeline.note({ kind: "note", seq: 0, time: 1500, text: "a note" });
  timeline.take(said(2));
  assertEquals(texts(timeline), ["text 1", "a note", "text 2"]);
});

Deno.test("Timeline puts those who come and go into one item", () => {
  const timeline = new Timeline();
  timeline.take(presence(1, "joined", "bob", "carol"));
  timeline.take(presence(2, "left", "bob", "dave"));
  timeline.take(presence(3, "joined", "dave"));
  const [{ kind, came, left, passed }, ...more] = timeline.items as [never];
  assertEquals({ kind, came, left, passed, more }, {
    kind: "presence",
    came: ["carol", "dave"],
    left: [],
    passed: ["bob"],
    more: [],
  });
  assertEquals(timeline.last, 3);
});

Deno.test("Timeline makes one block of the lines of one author between two fences", () => {
  const timeline = new Timeline();
  for (const [i, text] of ["look:", "```ts", "let a;", "", "a = 1;", "```", "done"].entries()) {
    timeline.take(said(i + 1, text));
  }
  assertEquals(texts(timeline), ["look:", "let a;\n\na = 1;", "done"]);
  const other = new Timeline();
  for (const entry of [said(1, "```"), said(2, "mine", "carol"), said(3, "```")]) other.take(entry);
  assertEquals(texts(other), ["```", "mine", "```"]);
});

Deno.test("Timeline joins a later piece without doubling anything", () => {
  const [early, late] = [new Timeline(), new Timeline()];
  for (const seq of [1, 2, 3]) early.take(said(seq));
  for (const seq of [3, 4]) late.take(said(seq));
  early.join(late);
  assertEquals(texts(early), ["text 1", "text 2", "text 3", "text 4"]);
});

Deno.test("Timeline keeps what came from a log that begins anew, before all that comes", () => {
  const timeline = new Timeline();
  for (const [i, text] of ["one", "```", "code", "```"].entries()) timeline.take(said(i + 1, text));
  timeline.restart();
  assertEquals([timeline.last, timeline.begun], [-1, true]);
  for (const seq of [1, 2, 2]) timeline.take(said(seq));
  assertEquals(texts(timeline), ["one", "code", "text 1", "text 2"]);
});

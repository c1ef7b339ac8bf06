import { assertEquals } from "@std/assert";
import { describeUnread, unreadSince } from "../../../lib/client/core/unread.ts";
import type { Welcome } from "../../../lib/wire/entries.ts";

const NOW = new Date(2026, 10, 22, 9, 5).getTime();
const YESTERDAY = new Date(2026, 10, 21, 17, 40).getTime();
const TODAY = new Date(2026, 10, 22, 0, 0).getTime();
const BEFORE = new Date(2026, 10, 20, 23, 59).getTime();

const CASES: [count: number, before: number, since: number, shown: boolean, line: string][] = [
  [37, 112, YESTERDAY, true, "37 new since yesterday 17:40; /history shows the 112 before them"],
  [1, 1, TODAY, true, "1 new since 00:00; /history shows the one before it"],
  [2, 1, BEFORE, true, "2 new since 2026-11-20 23:59; /history shows the one before them"],
  [1, 5, TODAY, true, "1 new since 00:00; /history shows the 5 before it"],
  [0, 112, YESTERDAY, true, "nothing new since yesterday 17:40; /history shows the 112 before"],
  [0, 1, YESTERDAY, true, "nothing new since yesterday 17:40; /history shows the one before"],
  [0, 0, YESTERDAY, true, "nothing new since yesterday 17:40"],
  [3, 0, TODAY, true, "3 new since 00:00"],
  [200, 5, TODAY, true, "200 new since 00:00; /history shows the 5 before them"],
  [
    350,
    112,
    TODAY,
    true,
    "350 new since 00:00, of which the last 200 are shown; /history shows the 262 before them",
  ],
  [
    201,
    0,
    TODAY,
    true,
    "201 new since 00:00, of which the last 200 are shown; /history shows the one before them",
  ],
  [37, 112, TODAY, false, "37 new since 00:00"],
  [0, 112, TODAY, false, "nothing new since 00:00"],
];

for (const [count, before, since, shown, line] of CASES) {
  Deno.test(`describeUnread() tells of ${count} after ${before}: ${line}`, () => {
    assertEquals(describeUnread({ count, before, since, shown }, NOW), line);
  });
}

Deno.test("unreadSince() compares places of one log, if the server counts", () => {
  const place = { log: "L", seq: 4, time: 500, messages: 3 };
  const welcome: Welcome = {
    kind: "welcome",
    version: 1,
    log: "L",
    seq: 9,
    name: "x",
    taken: 0,
    messages: 8,
  };
  assertEquals(unreadSince(place, welcome), { count: 5, since: 500, before: 3 });
  assertEquals(unreadSince(undefined, welcome), undefined);
  assertEquals(unreadSince(place, { ...welcome, log: "M" }), undefined);
  assertEquals(unreadSince(place, { ...welcome, messages: undefined }), undefined);
  assertEquals(unreadSince({ ...place, seq: 10 }, welcome), undefined, "the room was put back");
  assertEquals(unreadSince({ ...place, messages: 9 }, welcome), undefined);
});

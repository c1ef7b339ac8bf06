import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { MAX_HISTORY } from "../../../lib/log/log.ts";
import { parseHistory } from "../../../lib/server/commands/history.ts";
import { Refusal } from "../../../lib/wire/refusal.ts";
import { startInMemory } from "../../helpers/servers.ts";

const NOW = new Date(2026, 10, 22, 20, 14, 30);

const LIMITS: [text: string, options: { limit?: number }][] = [
  ["", {}],
  ["1", { limit: 1 }],
  ["050", { limit: 50 }],
  [`${MAX_HISTORY}`, { limit: MAX_HISTORY }],
  [`${MAX_HISTORY + 1}`, { limit: MAX_HISTORY }],
  ["9".repeat(400), { limit: MAX_HISTORY }],
];

for (const [text, options] of LIMITS) {
  Deno.test(`parseHistory() reads ${JSON.stringify(text.slice(0, 10))}`, () => {
    assertEquals(parseHistory(text, NOW), options);
  });
}

/** Days are those of November 2026. */
const SINCE: [text: string, now: Date, [day: number, hours: number, minutes: number]][] = [
  ["since 20:00", NOW, [22, 20, 0]],
  ["since 20:14", NOW, [22, 20, 14]],
  ["since 20:15", NOW, [21, 20, 15]],
  ["since 00:00", NOW, [22, 0, 0]],
  ["since 23:59", NOW, [21, 23, 59]],
  ["since 9:05", NOW, [22, 9, 5]],
  ["SINCE   09:05", NOW, [22, 9, 5]],
  ["since 20:14", new Date(2026, 10, 22, 20, 14), [22, 20, 14]],
  ["since 20:00", new Date(2026, 10, 1, 12, 0), [0, 20, 0]],
];

for (const [text, now, [day, hours, minutes]] of SINCE) {
  Deno.test(`parseHistory() takes "${text}" at ${now.toTimeString().slice(0, 8)} for the last such time`, () => {
    const since = new Date(2026, 10, day, hours, minutes).getTime();
    assertEquals(parseHistory(text, now), { limit: MAX_HISTORY, since });
  });
}

Deno.test("parseHistory() refuses everything else, and says how it is used", () => {
  const bad = [
    "x",
    "-1",
    "1.5",
    "1 2",
    "١",
    "0x10",
    "since",
    "since 20",
    "20:00",
    "since 24:00",
    "since 20:60",
  ];
  const worse = [
    "since 20:0",
    "since 120:00",
    "since -1:00",
    "since 20:00:00",
    "since 20:00 pm",
    "since yesterday",
  ];
  for (const text of [...bad, ...worse]) {
    assertThrows(() => parseHistory(text, NOW), Refusal, "/history since 20:00");
  }
});

Deno.test("/history shows the last messages, as many as asked for, one's own too", async () => {
  await using server = startInMemory({ history: 2 });
  const alice = await server.join("alice");
  await alice.say("/history");
  assertEquals(await alice.until("nothing"), "-- nothing was said yet");
  await alice.say("one", "two", "three", "/ping");
  await alice.until("pong");
  await alice.say("/history");
  assertMatch((await alice.next())!, /^\d\d:\d\d <alice> two$/);
  assertMatch((await alice.next())!, /^\d\d:\d\d <alice> three$/);
  await alice.say("/history 99");
  assertMatch((await alice.next())!, /^\d\d:\d\d <alice> one$/);
  await alice.take(2);
  await alice.say("/history since 25:00");
  assertMatch((await alice.next())!, /^error: that is not how \/history is used/);
});

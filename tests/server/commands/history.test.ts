import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { MAX_HISTORY } from "../../../lib/log/log.ts";
import { parseHistory } from "../../../lib/server/commands/history.ts";
import { Refusal } from "../../../lib/wire/refusal.ts";
import { testWith } from "../../helpers/needs.ts";
import { startInMemory } from "../../helpers/servers.ts";

const NOW = new Date(2026, 10, 22, 20, 14, 30);

const LIMITS: [text: string, options: { limit?: number }][] = [
  ["", { limit: 50 }],
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

Deno.test("parseHistory() takes a date, too", () => {
  for (
    const [text, time] of [
      ["since 2026-11-22 20:00", new Date(2026, 10, 22, 20, 0)],
      ["since  2024-02-29   9:05", new Date(2024, 1, 29, 9, 5)],
      ["SINCE 2030-01-01 00:00", new Date(2030, 0, 1)],
    ] as const
  ) {
    assertEquals(parseHistory(text, NOW), { limit: MAX_HISTORY, since: time.getTime() });
  }
});

/** By zone: what is asked for, when, and which time is meant. */
const ZONES: Record<string, [text: string, now: string, since: string][]> = {
  // Put back from 03:00 to 02:00 at 01:00 UTC in October, forward from 02:00 to 03:00 at 01:00 UTC in March.
  "Europe/Berlin": [
    ["since 02:30", "2026-10-25T00:40:00Z", "2026-10-25T00:30:00Z"],
    ["since 02:30", "2026-10-25T01:15:00Z", "2026-10-25T00:30:00Z"],
    ["since 02:30", "2026-10-25T01:45:00Z", "2026-10-25T01:30:00Z"],
    ["since 02:30", "2026-10-25T20:00:00Z", "2026-10-25T01:30:00Z"],
    ["since 02:00", "2026-10-25T01:00:00Z", "2026-10-25T01:00:00Z"],
    ["since 01:30", "2026-10-25T20:00:00Z", "2026-10-24T23:30:00Z"],
    ["since 03:00", "2026-10-25T20:00:00Z", "2026-10-25T02:00:00Z"],
    ["since 02:30", "2026-10-26T00:00:00Z", "2026-10-25T01:30:00Z"],
    ["since 2026-10-25 02:30", "2026-11-25T12:00:00Z", "2026-10-25T01:30:00Z"],
    ["since 2026-10-25 02:30", "2026-10-25T00:45:00Z", "2026-10-25T00:30:00Z"],
    ["since 02:30", "2026-03-29T01:10:00Z", "2026-03-29T01:00:00Z"],
    ["since 02:30", "2026-03-29T20:00:00Z", "2026-03-29T01:00:00Z"],
    ["since 02:00", "2026-03-29T20:00:00Z", "2026-03-29T01:00:00Z"],
    ["since 02:59", "2026-03-29T20:00:00Z", "2026-03-29T01:00:00Z"],
    ["since 03:00", "2026-03-29T20:00:00Z", "2026-03-29T01:00:00Z"],
    ["since 01:59", "2026-03-29T20:00:00Z", "2026-03-29T00:59:00Z"],
    ["since 02:30", "2026-03-29T00:50:00Z", "2026-03-28T01:30:00Z"],
    ["since 02:30", "2026-03-29T22:30:00Z", "2026-03-29T01:00:00Z"],
    ["since 2026-03-29 02:30", "2026-11-25T12:00:00Z", "2026-03-29T01:00:00Z"],
    ["since 2026-07-01 12:00", "2026-11-25T12:00:00Z", "2026-07-01T10:00:00Z"],
  ],
  "America/New_York": [
    ["since 01:30", "2026-11-01T05:45:00Z", "2026-11-01T05:30:00Z"],
    ["since 01:30", "2026-11-01T06:15:00Z", "2026-11-01T05:30:00Z"],
    ["since 01:30", "2026-11-01T06:45:00Z", "2026-11-01T06:30:00Z"],
    ["since 02:30", "2026-03-08T07:05:00Z", "2026-03-08T07:00:00Z"],
    ["since 02:30", "2026-03-08T06:55:00Z", "2026-03-07T07:30:00Z"],
    ["since 23:00", "2026-03-08T07:05:00Z", "2026-03-08T04:00:00Z"],
  ],
  // Half an hour: put back from 02:00 to 01:30, forward from 02:00 to 02:30.
  "Australia/Lord_Howe": [
    ["since 01:45", "2026-04-04T14:50:00Z", "2026-04-04T14:45:00Z"],
    ["since 01:45", "2026-04-04T15:05:00Z", "2026-04-04T14:45:00Z"],
    ["since 01:45", "2026-04-04T15:20:00Z", "2026-04-04T15:15:00Z"],
    ["since 02:15", "2026-10-03T16:00:00Z", "2026-10-03T15:30:00Z"],
    ["since 02:15", "2026-10-03T15:20:00Z", "2026-10-02T15:45:00Z"],
    ["since 02:30", "2026-10-03T16:00:00Z", "2026-10-03T15:30:00Z"],
  ],
};

for (const [zone, cases] of Object.entries(ZONES)) {
  testWith(
    { permissions: ["run"], others: { "TZ, which Windows has not": Deno.build.os !== "windows" } },
    `parseHistory() knows what clocks show in ${zone} when they are put back or forward`,
    async () => {
      const code = `
        import { parseHistory } from "${new URL("../../../lib/server/commands/history.ts", import.meta.url)}";
        const times = ${JSON.stringify(cases)}.map(([text, now]) => parseHistory(text, new Date(now)).since);
        console.log(JSON.stringify(times));`;
      const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code], env: { TZ: zone } })
        .output();
      const times: number[] = JSON.parse(new TextDecoder().decode(stdout));
      assertEquals(
        cases.map(([text, now], i) => [text, now, new Date(times[i]).toISOString().replace(".000", "")]),
        cases,
      );
    },
  );
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
    "since 2026-11-22",
    "since 2026-02-29 20:00",
    "since 2026-00-10 20:00",
    "since 2026-13-01 20:00",
    "since 2026-11-31 20:00",
    "since 22.11.2026 20:00",
    "since 2026-11-22 24:00",
    "since 20:00 2026-11-22",
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
  await alice.say("/history 2");
  assertMatch((await alice.next())!, /^\d\d:\d\d <alice> two$/);
  assertMatch((await alice.next())!, /^\d\d:\d\d <alice> three$/);
  for (const call of ["/history 99", "/history"]) {
    await alice.say(call);
    assertMatch((await alice.next())!, /^\d\d:\d\d <alice> one$/);
    await alice.take(2);
  }
  await alice.say(...Array.from({ length: 50 }, (_, i) => `number ${i}`), "/ping again");
  await alice.until("pong again");
  await alice.say("/history");
  assertMatch((await alice.next())!, /^\d\d:\d\d <alice> number 0$/);
  await alice.take(49);
  await alice.say("/history since 25:00");
  assertMatch((await alice.next())!, /^error: that is not how \/history is used/);
});

import { assert, assertEquals } from "@std/assert";
import { DailyQuota } from "../../lib/room/daily_quota.ts";

const DAY_MS = 86_400_000;

Deno.test("DailyQuota.take() counts for each source, and again after a day from the first time", () => {
  const quota = new DailyQuota(2);
  const taken = [0, 1, 2, DAY_MS - 1, DAY_MS, DAY_MS + 1, DAY_MS + 2].map((now) => quota.take("A", now));
  assertEquals(taken, [true, true, false, false, true, true, false]);
  assert(quota.take("B", 2));
});

Deno.test("DailyQuota.take() counts on if the clock is set back, but not for longer than a day", () => {
  const quota = new DailyQuota(1);
  const start = 100 * DAY_MS;
  assert(quota.take("A", start));
  assert(!quota.take("A", start - DAY_MS + 1));
  assert(quota.take("A", start - DAY_MS));
  assert(!quota.take("A", start - DAY_MS));
});

Deno.test("DailyQuota forgets sources after a day, and before that the oldest of too many", () => {
  const quota = new DailyQuota(1);
  for (let i = 0; i < 10_500; i++) quota.take(`${i}`, i);
  assertEquals(quota.size, 10_000);
  assert(!quota.take("10499", 10_500));
  assert(quota.take("0", 10_500));
  assertEquals(quota.size, 10_000);
  assert(quota.take("new", DAY_MS + 20_000));
  assertEquals(quota.size, 1);
});

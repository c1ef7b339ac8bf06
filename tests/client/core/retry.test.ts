import { assertEquals } from "@std/assert";
import { backoff, Retry } from "../../../lib/client/core/retry.ts";

Deno.test("Retry waits twice as long each time, half a minute at most", () => {
  const retry = new Retry({});
  assertEquals(retry.broken(0), true);
  assertEquals(Array.from({ length: 6 }, () => retry.next(0, 0)), [2000, 4000, 8000, 16_000, 30_000, 30_000]);
  assertEquals(retry.over(1e12), false);
});

Deno.test("Retry gives up when its patience is over, and does not wait beyond that", () => {
  const retry = new Retry({ patience: 5000 });
  retry.broken(1000);
  assertEquals([retry.next(1000, 0), retry.next(3000, 0), retry.over(5999), retry.over(6000)], [
    2000,
    3000,
    false,
    true,
  ]);
  assertEquals(retry.broken(6000), false);
});

Deno.test("Retry begins anew after a connection that lasted, or brought something", () => {
  for (
    const [lasted, useful, delay] of [[10_001, false, 2000], [10, true, 2000], [10, false, 8000]] as const
  ) {
    const retry = new Retry({ patience: 20_000 });
    retry.broken(0);
    retry.next(0, 0);
    retry.next(2000, 0);
    retry.connected(6000);
    if (useful) retry.progress();
    assertEquals(retry.broken(6000 + lasted), true);
    assertEquals(retry.next(6000 + lasted, 0), delay);
  }
});

Deno.test("Retry has all of its patience for a later break", () => {
  const retry = new Retry({ patience: 5000 });
  retry.broken(0);
  retry.next(0, 0);
  retry.connected(2000);
  retry.progress();
  assertEquals([retry.broken(60_000), retry.next(60_000, 0)], [true, 2000]);
  assertEquals([retry.over(64_999), retry.over(65_000)], [false, true]);
});

Deno.test("Retry does not go on for ever with a server that welcomes and closes", () => {
  const retry = new Retry({ patience: 30_000 });
  let now = 0;
  let attempts = 0;
  while (retry.broken(now)) {
    now += retry.next(now, 0);
    retry.connected(now);
    now += 100;
    attempts++;
  }
  assertEquals([attempts, now < 32_000], [4, true]);
});

Deno.test("backoff() doubles up to half a minute", () => {
  assertEquals([0, 1, 2, 3, 4, 5, 100, 5000].map((attempt) => backoff(attempt, 2000, 0)), [
    2000,
    4000,
    8000,
    16_000,
    30_000,
    30_000,
    30_000,
    30_000,
  ]);
});

Deno.test("backoff() is shorter by chance, by a half at most", () => {
  assertEquals([0, 0.5, 1].map((random) => backoff(0, 2000, random)), [2000, 1500, 1000]);
});

import { assertEquals } from "@std/assert";
import { lineCost, RateLimiter } from "../../../lib/server/access/rate_limiter.ts";

const A = "192.168.55.20";
const B = "192.168.55.21";

/** How long each of `lines` lines at the same time has to wait, in milliseconds. */
function waits(limiter: RateLimiter, lines: number, { source = A, cost = 1, now = 0 } = {}): number[] {
  return Array.from({ length: lines }, () => limiter.charge(source, cost, now));
}

const none = (length: number) => Array<number>(length).fill(0);

Deno.test("RateLimiter.charge() lets a burst through at once, and then one line after the other", () => {
  const limiter = new RateLimiter({ rate: 50, burst: 500 });
  assertEquals(waits(limiter, 500), none(500));
  assertEquals(waits(limiter, 4), [20, 40, 60, 80]);
});

Deno.test("RateLimiter.charge() drops nothing: whoever waits as told gets through at the rate", () => {
  const limiter = new RateLimiter({ rate: 50, burst: 500 });
  let now = 0;
  for (let i = 0; i < 1500; i++) now += limiter.charge(A, 1, now);
  assertEquals(now, 20_000);
});

Deno.test("RateLimiter.charge() restores in silence what a burst took, and no more", () => {
  const limiter = new RateLimiter({ rate: 50, burst: 500 });
  waits(limiter, 500);
  assertEquals(waits(limiter, 6, { now: 100 }), [0, 0, 0, 0, 0, 20]);
  assertEquals(waits(limiter, 501, { now: 1e9 }), [...none(500), 20]);
});

Deno.test("RateLimiter.charge() counts a line that costs more as several lines", () => {
  const limiter = new RateLimiter({ rate: 50, burst: 20 });
  assertEquals(waits(limiter, 4, { cost: 8 }), [0, 0, 80, 240]);
});

Deno.test("RateLimiter.charge() counts sources apart, and all sessions of one together", () => {
  const limiter = new RateLimiter({ rate: 10, burst: 2 });
  assertEquals(waits(limiter, 4), [0, 0, 100, 200]);
  assertEquals(waits(limiter, 3, { source: B }), [0, 0, 100]);
  assertEquals(waits(limiter, 1), [300]);
});

Deno.test("RateLimiter.charge() never waits if there is no limit", () => {
  const limiter = new RateLimiter({ rate: 0, burst: 1 });
  assertEquals(waits(limiter, 1000, { cost: 100 }), none(1000));
});

Deno.test("RateLimiter goes on counting whoever owes something, however many sources come by", () => {
  const limiter = new RateLimiter({ rate: 10, burst: 2 });
  waits(limiter, 20_002);
  for (let i = 0; i < 10_000; i++) {
    assertEquals(waits(limiter, 3, { source: `${i}`, now: i }), [0, 0, 100]);
  }
  assertEquals(limiter.charge(A, 1, 10_000), 2_000_100 - 10_000);
});

Deno.test("RateLimiter goes on counting whoever used up a part of the burst, however many they are", () => {
  const limiter = new RateLimiter({ rate: 10, burst: 2 });
  const sources = Array.from({ length: 5000 }, (_, i) => `${i}`);
  for (const source of sources) assertEquals(waits(limiter, 2, { source }), [0, 0]);
  assertEquals(new Set(sources.map((source) => limiter.charge(source, 1, 0))), new Set([100]));
});

Deno.test("lineCost() is one for each started KiB, and at least one", () => {
  const sizes = [0, 1, 1023, 1024, 1025, 2048, 2049, 8192];
  assertEquals(sizes.map(lineCost), [1, 1, 1, 1, 2, 2, 3, 8]);
});

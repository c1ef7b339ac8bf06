import { assert, assertEquals } from "@std/assert";
import { Pacing } from "../../lib/fanout/pacing.ts";

/** How long the next flush has to wait after one that took `cost`, both in milliseconds. */
function waitAfter(cost: number): number {
  const pacing = new Pacing();
  pacing.flushed(1000, 1000 + cost);
  return pacing.wait(1000 + cost);
}

Deno.test("Pacing.wait() lets the first flush start at once", () => {
  assertEquals([new Pacing().wait(-5), new Pacing().wait(0), new Pacing().wait(1e9)], [0, 0, 0]);
});

Deno.test("Pacing.wait() lets the next flush start at once if the last one cost nothing", () => {
  assertEquals(waitAfter(0), 0);
});

Deno.test("Pacing.wait() is in proportion to what the last flush cost, 50 ms at most", () => {
  assert(waitAfter(1) >= 1);
  assertEquals([waitAfter(2), waitAfter(4)], [2 * waitAfter(1), 4 * waitAfter(1)]);
  assertEquals([waitAfter(50), waitAfter(1000)], [50, 50]);
});

Deno.test("Pacing.wait() counts from the end of the last flush, and is over when its time has passed", () => {
  const pacing = new Pacing();
  const wait = waitAfter(10);
  pacing.flushed(0, 5);
  pacing.flushed(1000, 1010);
  assertEquals([0, 1, wait - 1, wait, wait + 1, wait + 1e6].map((passed) => pacing.wait(1010 + passed)), [
    wait,
    wait - 1,
    1,
    0,
    0,
    0,
  ]);
});

Deno.test("Pacing leaves a busy room most of its time for reading", () => {
  const pacing = new Pacing();
  let now = 0;
  let flushing = 0;
  for (let i = 0; i < 100; i++) {
    now += pacing.wait(now);
    const cost = 1 + i % 5;
    pacing.flushed(now, now + cost);
    now += cost;
    flushing += cost;
  }
  assert(flushing < now / 2, `flushing took ${flushing} of ${now} ms`);
});

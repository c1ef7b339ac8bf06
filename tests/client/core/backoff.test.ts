import { assertEquals } from "@std/assert";
import { backoff } from "../../../lib/client/core/backoff.ts";

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

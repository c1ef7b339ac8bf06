import { assertEquals } from "@std/assert";
import { Heartbeat } from "../../../lib/client/core/heartbeat.ts";

/** How often a heartbeat asks until it gives up; `answers`: how often it is answered. */
async function beat(answers: number, expected: (asked: number) => boolean | undefined): Promise<number> {
  const over = Promise.withResolvers<void>();
  let asked = 0;
  const heartbeat: Heartbeat = new Heartbeat({
    interval: 1,
    ask() {
      if (++asked <= answers) heartbeat.heard();
    },
    expected: () => expected(asked),
    giveUp: () => over.resolve(),
  });
  await over.promise;
  heartbeat[Symbol.dispose]();
  return asked;
}

Deno.test("Heartbeat asks as long as it is answered, and gives up when it is not", async () => {
  assertEquals(await beat(5, () => true), 6);
});

Deno.test("Heartbeat gives up at once when no answer is to be expected any more", async () => {
  assertEquals(await beat(5, (asked) => asked < 3 ? true : undefined), 3);
});

Deno.test("Heartbeat asks nothing before an answer is to be expected", async () => {
  let looks = 0;
  assertEquals(await beat(0, () => ++looks < 4 ? false : undefined), 0);
});

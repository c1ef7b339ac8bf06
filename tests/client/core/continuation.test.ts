import { assertEquals, assertMatch } from "@std/assert";
import { makeKey } from "../../../lib/client/core/continuation.ts";
import { Outbox } from "../../../lib/client/core/outbox.ts";
import { Standing } from "../../../lib/client/core/standing.ts";

Deno.test("Outbox goes on where another one has stopped, with the numbers that its lines had", () => {
  const first = new Outbox();
  first.add("one");
  first.add("two");
  first.add("/who", { unasked: true });
  first.next();
  first.answered(1, true);
  const second = new Outbox(first.continuation);
  assertEquals(second.lines.map(({ text, number, sent }) => ({ text, number, sent })), [
    { text: "two", number: 2, sent: false },
  ]);
  assertEquals(second.add("three").number, 3);
});

Deno.test("Outbox numbers what another run has taken and not numbered", () => {
  const outbox = new Outbox({ number: 4, unanswered: [{ text: "four", number: 4 }, { text: "typed" }] });
  assertEquals(outbox.lines.map(({ number }) => number), [4, 5]);
});

Deno.test("Standing goes on where another one has stopped: same client, same name, same place", () => {
  const continuation = {
    client: "k1",
    name: "alice",
    room: "kitchen",
    resume: { log: "l1", since: 41, time: 1000 },
    messages: 7,
    number: 0,
    unanswered: [],
  };
  const standing = new Standing({ name: "bob", continuation });
  const { client, name, room, resume } = standing.hello(undefined);
  assertEquals({ client, name, room, resume }, {
    client: "k1",
    name: "alice",
    room: "kitchen",
    resume: continuation.resume,
  });
  const { number: _, unanswered: __, ...same } = continuation;
  assertEquals(standing.continuation, same);
});

Deno.test("makeKey() returns 128 random bits, in hexadecimal", () => {
  assertMatch(makeKey(), /^[0-9a-f]{32}$/);
  assertEquals(new Set(Array.from({ length: 100 }, makeKey)).size, 100);
});

import { assertEquals } from "@std/assert";
import { SendQueue } from "../../../lib/client/terminal/queue.ts";

Deno.test("SendQueue hands out line after line; those that were entered together are literal", () => {
  const queue = new SendQueue();
  queue.add(["/me waves"]);
  queue.add(["one", "/two"]);
  queue.add([]);
  assertEquals(queue.lines, ["/me waves", "one", "/two"]);
  assertEquals(queue.next(), { text: "/me waves", literal: false });
  assertEquals(queue.progress, { handed: 0, total: 2 });
  assertEquals(queue.next(), { text: "one", literal: true });
  assertEquals(queue.progress, { handed: 1, total: 2 });
  assertEquals(queue.next(), { text: "/two", literal: true });
  assertEquals([queue.next(), queue.progress], [undefined, undefined]);
});

Deno.test("SendQueue returns what is left of the first, or all of the last", () => {
  const queue = new SendQueue();
  queue.add(["one", "two", "three"]);
  queue.add(["typed later"]);
  queue.add(["last"]);
  queue.next();
  assertEquals(queue.takeLast(), ["last"]);
  assertEquals(queue.takeFirst(), ["two", "three"]);
  assertEquals(queue.lines, ["typed later"]);
  assertEquals([queue.takeLast(), queue.takeLast(), queue.takeFirst()], [["typed later"], [], []]);
});

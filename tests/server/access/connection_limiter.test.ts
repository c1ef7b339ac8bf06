import { assertThrows } from "@std/assert";
import { ConnectionLimiter } from "../../../lib/server/access/connection_limiter.ts";
import { Refusal } from "../../../lib/wire/refusal.ts";

const A = "192.168.55.20";
const B = "192.168.55.21";

function places(maxTotal: number, maxPerSource: number): ConnectionLimiter {
  return new ConnectionLimiter({ maxTotal, maxPerSource, full: "full", crowded: "crowded" });
}

Deno.test("ConnectionLimiter.take() refuses one too many from an address, until one is gone", () => {
  const room = places(100, 2);
  const [first] = [room.take(A), room.take(A)];
  assertThrows(() => room.take(A), Refusal, "crowded");
  room.take(B);
  first[Symbol.dispose]();
  room.take(A);
  assertThrows(() => room.take(A), Refusal, "crowded");
});

Deno.test("ConnectionLimiter.take() refuses one too many in all, until one is gone", () => {
  const room = places(3, 2);
  const [first] = [room.take(A), room.take(A), room.take(B)];
  assertThrows(() => room.take(B), Refusal, "full");
  first[Symbol.dispose]();
  room.take(B);
  assertThrows(() => room.take("c"), Refusal, "full");
});

Deno.test("ConnectionLimiter counts the refused neither in nor out, and those who left only once", () => {
  const room = places(2, 1);
  const first = room.take(A);
  for (let i = 0; i < 5; i++) assertThrows(() => room.take(A), Refusal, "crowded");
  const second = room.take(B);
  for (const place of [first, first, second]) place[Symbol.dispose]();
  room.take(B);
  room.take(A);
  assertThrows(() => room.take("c"), Refusal, "full");
});

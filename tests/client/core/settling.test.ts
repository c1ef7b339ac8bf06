import { assertEquals } from "@std/assert";
import { Settling } from "../../../lib/client/core/settling.ts";

Deno.test("Settling is done at a pong since whose ping no entry came", () => {
  const settling = new Settling();
  const ping = settling.ask()!;
  assertEquals([ping, settling.ask()], ["/ping settled 1?", undefined]);
  settling.entry();
  assertEquals(settling.pong("are you there"), undefined);
  assertEquals(settling.pong("settled 1?"), false);
  assertEquals([settling.ask(), settling.pong("settled 2?")], ["/ping settled 2?", true]);
});

Deno.test("Settling ends where people never stop speaking, and begins anew on another connection", () => {
  const settling = new Settling();
  const round = (n: number) => {
    settling.ask();
    settling.entry();
    return settling.pong(`settled ${n}?`);
  };
  const rounds = Array.from({ length: 10 }, (_, i) => round(i + 1));
  assertEquals([rounds.slice(0, 9).every((done) => done === false), rounds[9]], [true, true]);
  settling.ask();
  settling.reset();
  assertEquals([settling.pong("settled 11?"), round(12)], [undefined, false]);
});

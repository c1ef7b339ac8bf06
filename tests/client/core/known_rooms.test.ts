import { assertEquals } from "@std/assert";
import { KnownRooms } from "../../../lib/client/core/known_rooms.ts";

const room = (name: string, members = 0) => ({ name, members, messages: 0 });

Deno.test("KnownRooms are those that were listed, those with most people first, and those one was in", () => {
  const known = new KnownRooms();
  const welcome = { kind: "welcome", version: 1, log: "L", seq: 0, name: "x", taken: 0 } as const;
  known.note({ ...welcome, room: "hall" });
  known.note(welcome);
  known.note({ kind: "notice", text: "2 rooms: …", rooms: [room("attic"), room("cellar", 1)] });
  known.note({ kind: "notice", text: "hello" });
  assertEquals(known.names(), ["cellar", "attic", "hall"]);
  known.note({ kind: "rooms", rooms: [room("kitchen", 3), room("attic", 5)] });
  assertEquals(known.names("attic"), ["kitchen", "cellar", "hall"]);
});

Deno.test("KnownRooms hide the answer to their own question, and no other", () => {
  const known = new KnownRooms();
  const answer = { kind: "notice" as const, text: "1 room: …", rooms: [room("attic")] };
  assertEquals(known.ask(), ["/rooms", "/ping which rooms?"]);
  const hidden = [
    { kind: "notice" as const, text: "hello" },
    answer,
    { kind: "pong" as const, text: "x" },
    { kind: "pong" as const, text: "which rooms?" },
    answer,
  ].map((event) => known.note(event));
  assertEquals(hidden, [false, true, false, true, false]);
  known.ask();
  known.note({ kind: "lost", delay: 1 });
  assertEquals([known.note(answer), known.names()], [false, ["attic"]]);
});

Deno.test("KnownRooms keep a bounded number of names, whatever a server sends", () => {
  const known = new KnownRooms();
  known.note({ kind: "rooms", rooms: Array.from({ length: 5000 }, (_, i) => room(`r${i}`)) });
  assertEquals(known.names().length, 1024);
});

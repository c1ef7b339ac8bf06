import { assertEquals } from "@std/assert";
import { isJoin, Moving } from "../../../lib/client/core/moving.ts";

/** Where one is, where a new connection goes, and whether it goes on there. */
const state = ({ room, destination, stays, departing }: Moving) => [room, destination, stays, departing];

Deno.test("Moving asks for the first room until one is in one, and then for that", () => {
  const moving = new Moving("hall");
  assertEquals(state(moving), [undefined, "hall", false, false]);
  assertEquals(moving.welcome("hall", { first: true }), "here");
  assertEquals(state(moving), ["hall", "hall", true, false]);
  assertEquals(new Moving().welcome("hall", { first: true }), "here", "the server decides");
});

Deno.test("Moving asks for the new room from when /join is sent, and for the old one again when one has stayed", () => {
  const moving = new Moving();
  moving.welcome("lobby", { first: true });
  assertEquals(moving.depart("/join #Kitchen"), ["/join #Kitchen", "/ping moved 1?"]);
  assertEquals(state(moving), ["lobby", "kitchen", false, true]);
  assertEquals(moving.pong("something else"), undefined);
  assertEquals(moving.pong("moved 1?"), "stayed");
  assertEquals(state(moving), ["lobby", "lobby", true, false]);
  assertEquals(moving.pong("moved 1?"), undefined, "it is told once");
  moving.depart("/join lobby");
  assertEquals([moving.stays, moving.pong("moved 2?")], [true, "there"]);
});

Deno.test("Moving is in the new room with its welcome, on this connection or the next", () => {
  for (const first of [false, true]) {
    const moving = new Moving();
    moving.welcome("lobby", { first: true });
    moving.depart("/join kitchen");
    assertEquals(moving.welcome("kitchen", { first }), "moved");
    assertEquals(state(moving), ["kitchen", "kitchen", true, false]);
    assertEquals([moving.pong("moved 1?"), moving.pong("moved 1?")], ["moved", undefined]);
  }
});

Deno.test("Moving takes no other room than the one that was asked for", () => {
  assertEquals(new Moving("hall").welcome("lobby", { first: true }), "wrong");
  assertEquals(new Moving("hall").welcome(undefined, { first: true }), "wrong", "an older server");
  assertEquals(new Moving("lobby").welcome(undefined, { first: true }), "here");
  const moving = new Moving();
  moving.welcome("lobby", { first: true });
  assertEquals(moving.welcome("kitchen", { first: false }), "wrong", "nobody asked");
  moving.depart("/join hall");
  assertEquals(moving.welcome("lobby", { first: true }), "wrong");
});

Deno.test("Moving leaves it to the server what to say of a room whose name is none", () => {
  const moving = new Moving();
  moving.welcome("lobby", { first: true });
  moving.depart("/join");
  assertEquals(state(moving), ["lobby", "lobby", true, true]);
  assertEquals(moving.pong("moved 1?"), "stayed");
});

Deno.test("isJoin() knows the command by all of its names", () => {
  assertEquals(["/join x", "/J x", "/join", "//join x", "join x", "/joint"].map(isJoin), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

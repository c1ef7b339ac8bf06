import { assert, assertEquals } from "@std/assert";
import { compareNames } from "../../lib/wire/name_order.ts";

Deno.test("compareNames() disregards case, and compares numbers by their value", () => {
  const sorted = [
    "::1",
    "10.0.0.9",
    "10.0.0.9~2",
    "10.0.0.10",
    "192.168.1.2",
    "alice",
    "Bob",
    "carol",
    "user9",
  ]
    .concat("user10", "Zoë", "мария", "李雷");
  assertEquals(sorted.toReversed().toSorted(compareNames), sorted);
});

Deno.test("compareNames() finds no two names equal", () => {
  assert(compareNames("user01", "user1") !== 0);
  assertEquals(compareNames("user01", "user1"), -compareNames("user1", "user01"));
  assertEquals(compareNames("alice", "alice"), 0);
});

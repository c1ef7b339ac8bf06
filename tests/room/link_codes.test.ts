import { assert, assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import { LINK_CODE_MS, LinkCodes, MAX_LINK_CODES } from "../../lib/room/link_codes.ts";
import { Refusal } from "../../lib/wire/refusal.ts";

const REFUSED =
  "that code is wrong, used or older than ten minutes; /link on the other device shows a new one";

Deno.test("LinkCodes.issue() makes up codes in two groups, without characters that look like others", () => {
  const codes = new LinkCodes();
  const all = Array.from({ length: 500 }, (_, i) => codes.issue(`P${i}`, 0));
  for (const code of all) assertMatch(code, /^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
  assertEquals(new Set(all).size, 500);
  assertEquals(new Set(all.join("").replaceAll("-", "")).size, 32);
});

Deno.test("LinkCodes.find() takes a code in any case and grouping, and with a 1 or an i for an l", () => {
  const codes = new LinkCodes();
  let code = codes.issue("alice", 0);
  while (!code.includes("L")) code = codes.issue("alice", 0);
  const [first, second] = code.split("-");
  const spellings = [code, first + second, code.toLowerCase(), `  ${first} ${second} `, `${first}–${second}`];
  spellings.push(code.replaceAll("L", "1"), code.replaceAll("L", "i"), code.replaceAll("L", "I"));
  for (const typed of spellings) assertEquals(codes.find(typed, 1), "alice", typed);
  for (const typed of ["", "-", first, `${code}2`, "constructor"]) {
    assertThrows(() => codes.find(typed, 1), Refusal, REFUSED);
  }
});

Deno.test("LinkCodes.find() knows a code for ten minutes, also if the clock is set back", () => {
  const codes = new LinkCodes();
  const code = codes.issue("alice", 0);
  assertEquals(codes.find(code, LINK_CODE_MS - 1), "alice");
  assertThrows(() => codes.find(code, LINK_CODE_MS), Refusal, REFUSED);
  assertEquals(codes.find(code, -LINK_CODE_MS + 1), "alice");
  assertThrows(() => codes.find(code, -LINK_CODE_MS), Refusal, REFUSED);
});

Deno.test("LinkCodes has one code for each person, which a new one replaces", () => {
  const codes = new LinkCodes();
  const [first, bobs, second] = ["alice", "bob", "alice"].map((person) => codes.issue(person, 0));
  assertNotEquals(first, second);
  assertThrows(() => codes.find(first, 0), Refusal, REFUSED);
  assertEquals([codes.find(second, 0), codes.find(bobs, 0)], ["alice", "bob"]);
  codes.revoke("alice");
  codes.revoke("alice");
  assertThrows(() => codes.find(second, 0), Refusal, REFUSED);
  assertEquals(codes.find(bobs, 0), "bob");
});

Deno.test("LinkCodes holds a bounded number of codes, the newest ones, and none that is too old", () => {
  const codes = new LinkCodes();
  const all = Array.from({ length: MAX_LINK_CODES + 3 }, (_, i) => codes.issue(`P${i}`, 0));
  assertEquals(codes.size, MAX_LINK_CODES);
  for (const code of all.slice(0, 3)) assertThrows(() => codes.find(code, 0), Refusal, REFUSED);
  assert(all.slice(3).every((code, i) => codes.find(code, 0) === `P${i + 3}`));
  codes.issue("later", LINK_CODE_MS);
  assertEquals(codes.size, 1);
});

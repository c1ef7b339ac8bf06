import { assert, assertEquals, assertThrows } from "@std/assert";
import { Refusal } from "../../../lib/wire/refusal.ts";
import { Gate, type Visit } from "../../../lib/server/access/authenticator.ts";

const A = "192.168.55.20";
const B = "192.168.55.21";
const PASSWORD = "s3cret";

/** The time that a wrong password costs, in milliseconds; `NaN` where it was right. */
function attempt(visit: Visit, password: string, now: number): number {
  const verdict = visit.attempt(password, now);
  return verdict.admitted ? NaN : verdict.wait;
}

Deno.test("Gate lets in who knows the password, without the white space at its end", () => {
  const gate = new Gate(`${PASSWORD} \t`);
  for (const given of [PASSWORD, `${PASSWORD}\r`, `${PASSWORD}  `]) {
    assertEquals(gate.enter(A, 0).attempt(given, 0), { admitted: true }, given);
  }
});

Deno.test("Gate takes letters with accents however a keyboard composes them", () => {
  assertEquals(new Gate("caf\u00e9").enter(A, 0).attempt("cafe\u0301", 0), { admitted: true });
});

for (
  const wrong of ["", " ", "S3CRET", " s3cret", "s3cre", "s3crett", "s3cret s3cret", "\ufffd".repeat(9000)]
) {
  Deno.test(`Gate does not let in who says "${wrong.slice(0, 20)}"`, () => {
    const verdict = new Gate(PASSWORD).enter(A, 0).attempt(wrong, 0);
    assertEquals(verdict, {
      admitted: false,
      why: "wrong password; try again in 1 s",
      wait: 1000,
      last: false,
    });
  });
}

Deno.test("Gate makes an address wait 1, 2, 4 … 60 seconds, over all of its connections", () => {
  const gate = new Gate(PASSWORD);
  const waits = [];
  for (let i = 0, now = 0; i < 9; i++) {
    using visit = gate.enter(A, now);
    waits.push(attempt(visit, "guess", now));
    now += waits[i];
  }
  assertEquals(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000));
});

Deno.test("Gate ends a connection with the third wrong password, and says so", () => {
  const visit = new Gate(PASSWORD).enter(A, 0);
  assertEquals([attempt(visit, "1", 0), attempt(visit, "2", 1000)], [1000, 2000]);
  assertEquals(visit.attempt("3", 3000), {
    admitted: false,
    why: "wrong password, for the 3rd time; try again in 4 s",
    wait: 4000,
    last: true,
  });
});

Deno.test("Gate lets the third password in", () => {
  const visit = new Gate(PASSWORD).enter(A, 0);
  assertEquals([attempt(visit, "1", 0), attempt(visit, "2", 1000)], [1000, 2000]);
  assertEquals(visit.attempt(PASSWORD, 3000), { admitted: true });
});

Deno.test("Gate hears no other connection of an address that waits, not even with the right password", () => {
  const gate = new Gate(PASSWORD);
  const [first, second] = [gate.enter(A, 0), gate.enter(A, 0)];
  first.attempt("guess", 0);
  assertEquals(second.attempt(PASSWORD, 400), {
    admitted: false,
    why: "a wrong password was given from your address; try again in 1 s",
    wait: 0,
    last: true,
  });
  assertThrows(
    () => gate.enter(A, 400),
    Refusal,
    "a wrong password was given from your address; try again in 1 s",
  );
  assertEquals(gate.enter(A, 1000).attempt(PASSWORD, 1000), { admitted: true });
});

Deno.test("Gate does not count what it did not hear", () => {
  const gate = new Gate(PASSWORD);
  const visits = Array.from({ length: 10 }, () => gate.enter(A, 0));
  visits.forEach((visit) => visit.attempt("guess", 0));
  assertEquals(attempt(gate.enter(A, 1000), "guess", 1000), 2000);
});

Deno.test("Gate lets other addresses neither wait nor count for one that guesses", () => {
  const gate = new Gate(PASSWORD);
  gate.enter(A, 0).attempt("guess", 0);
  assertEquals(gate.enter(B, 0).attempt(PASSWORD, 0), { admitted: true });
  assertEquals(attempt(gate.enter(B, 0), "guess", 0), 1000);
});

Deno.test("Gate does not let a right password make up for wrong ones", () => {
  const gate = new Gate(PASSWORD);
  gate.enter(A, 0).attempt("guess", 0);
  gate.enter(A, 1000).attempt(PASSWORD, 1000);
  assertEquals(attempt(gate.enter(A, 1000), "guess", 1000), 2000);
});

Deno.test("Gate forgives an address after ten minutes without a wrong password", () => {
  const gate = new Gate(PASSWORD);
  gate.enter(A, 0).attempt("guess", 0);
  assertEquals(attempt(gate.enter(A, 601_000), "guess", 601_000), 2000);
  assertEquals(attempt(gate.enter(A, 1_203_001), "guess", 1_203_001), 1000);
});

Deno.test("Gate goes on counting whoever is not forgiven, however many addresses come by", () => {
  const gate = new Gate(PASSWORD);
  gate.enter(A, 600_000).attempt("guess", 600_000);
  for (let i = 0; i < 5000; i++) {
    using visit = gate.enter(`${i}`, i);
    visit.attempt("guess", i);
  }
  assertEquals(attempt(gate.enter(A, 602_000), "guess", 602_000), 2000);
});

Deno.test("Gate has 16 places for an address, until one is left", () => {
  const gate = new Gate(PASSWORD);
  const visits = Array.from({ length: 16 }, () => gate.enter(A, 0));
  assertThrows(() => gate.enter(A, 0), Refusal, "have not given the password yet (16)");
  visits[0][Symbol.dispose]();
  visits[0][Symbol.dispose]();
  gate.enter(A, 0);
  assertThrows(() => gate.enter(A, 0), Refusal, "have not given the password yet (16)");
});

Deno.test("Gate has 256 places in all, until one is left", () => {
  const gate = new Gate(PASSWORD);
  const visits = Array.from({ length: 256 }, (_, i) => gate.enter(`10.0.${i}.1`, 0));
  assertThrows(() => gate.enter(A, 0), Refusal, "too many connections wait at the door; try again later");
  visits[0][Symbol.dispose]();
  visits[0][Symbol.dispose]();
  gate.enter(A, 0);
  assertThrows(() => gate.enter("10.0.0.1", 0), Refusal);
});

Deno.test("Gate gives a newcomer the place of the one that waits longest from the address that has the most", () => {
  const gate = new Gate(PASSWORD, { maxTotal: 6 });
  const evicted: string[] = [];
  for (const [source, i] of [["x", 1], ["y", 1], ["y", 2], ["y", 3], ["z", 1], ["z", 2]] as const) {
    gate.enter(source, 0).evicted = () => evicted.push(`${source}${i}`);
  }
  gate.enter(A, 0).evicted = () => evicted.push("a");
  gate.enter("b", 0).evicted = () => evicted.push("b");
  assertEquals(evicted, ["y1", "y2"]);
  assertThrows(() => gate.enter("z", 0), Refusal, "too many connections wait at the door");
  gate.enter("c", 0);
  assertEquals(evicted, ["y1", "y2", "z1"]);
  assertThrows(() => gate.enter("d", 0), Refusal, "too many connections wait at the door");
});

Deno.test("Gate says how long it waits for a password: 30 seconds", () => {
  assertEquals(new Gate(PASSWORD).enter(A, 0).patience, 30_000);
  assert(new Gate(PASSWORD, { patience: 200 }).enter(A, 0).patience === 200);
});

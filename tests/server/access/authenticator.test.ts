import { assert, assertEquals, assertThrows } from "@std/assert";
import { Refusal } from "../../../lib/wire/refusal.ts";
import { Authenticator, type LoginAttempt } from "../../../lib/server/access/authenticator.ts";

const A = "192.168.55.20";
const B = "192.168.55.21";
const PASSWORD = "s3cret";

/** How long to wait after a wrong password, in milliseconds; `NaN` if it was right. */
function tryPassword(attempt: LoginAttempt, password: string, now: number): number {
  const verdict = attempt.check(password, now);
  return verdict.admitted ? NaN : verdict.wait;
}

Deno.test("Authenticator lets in whoever knows the password, without the white space at its end", () => {
  const authenticator = new Authenticator(`${PASSWORD} \t`);
  for (const given of [PASSWORD, `${PASSWORD}\r`, `${PASSWORD}  `]) {
    assertEquals(authenticator.enter(A, 0).check(given, 0), { admitted: true }, given);
  }
});

Deno.test("Authenticator takes letters with accents however a keyboard composes them", () => {
  assertEquals(new Authenticator("caf\u00e9").enter(A, 0).check("cafe\u0301", 0), { admitted: true });
});

for (
  const wrong of ["", " ", "S3CRET", " s3cret", "s3cre", "s3crett", "s3cret s3cret", "\ufffd".repeat(9000)]
) {
  Deno.test(`Authenticator does not let in whoever says "${wrong.slice(0, 20)}"`, () => {
    const verdict = new Authenticator(PASSWORD).enter(A, 0).check(wrong, 0);
    assertEquals(verdict, {
      admitted: false,
      why: "wrong password; try again in 1 s",
      wait: 1000,
      last: false,
    });
  });
}

Deno.test("Authenticator makes an address wait 1, 2, 4 … 60 seconds, over all of its connections", () => {
  const authenticator = new Authenticator(PASSWORD);
  const waits = [];
  for (let i = 0, now = 0; i < 9; i++) {
    using attempt = authenticator.enter(A, now);
    waits.push(tryPassword(attempt, "guess", now));
    now += waits[i];
  }
  assertEquals(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000));
});

Deno.test("Authenticator ends a connection with the third wrong password, and says so", () => {
  const attempt = new Authenticator(PASSWORD).enter(A, 0);
  assertEquals([tryPassword(attempt, "1", 0), tryPassword(attempt, "2", 1000)], [1000, 2000]);
  assertEquals(attempt.check("3", 3000), {
    admitted: false,
    why: "wrong password, for the 3rd time; try again in 4 s",
    wait: 4000,
    last: true,
  });
});

Deno.test("Authenticator lets the third password in", () => {
  const attempt = new Authenticator(PASSWORD).enter(A, 0);
  assertEquals([tryPassword(attempt, "1", 0), tryPassword(attempt, "2", 1000)], [1000, 2000]);
  assertEquals(attempt.check(PASSWORD, 3000), { admitted: true });
});

Deno.test("Authenticator hears no other connection of an address that waits, not even with the right password", () => {
  const authenticator = new Authenticator(PASSWORD);
  const [first, second] = [authenticator.enter(A, 0), authenticator.enter(A, 0)];
  first.check("guess", 0);
  assertEquals(second.check(PASSWORD, 400), {
    admitted: false,
    why: "a wrong password was given from your address; try again in 1 s",
    wait: 0,
    last: true,
  });
  assertThrows(
    () => authenticator.enter(A, 400),
    Refusal,
    "a wrong password was given from your address; try again in 1 s",
  );
  assertEquals(authenticator.enter(A, 1000).check(PASSWORD, 1000), { admitted: true });
});

Deno.test("Authenticator does not count what it did not hear", () => {
  const authenticator = new Authenticator(PASSWORD);
  const attempts = Array.from({ length: 10 }, () => authenticator.enter(A, 0));
  attempts.forEach((attempt) => attempt.check("guess", 0));
  assertEquals(tryPassword(authenticator.enter(A, 1000), "guess", 1000), 2000);
});

Deno.test("Authenticator lets other addresses neither wait nor count for one that guesses", () => {
  const authenticator = new Authenticator(PASSWORD);
  authenticator.enter(A, 0).check("guess", 0);
  assertEquals(authenticator.enter(B, 0).check(PASSWORD, 0), { admitted: true });
  assertEquals(tryPassword(authenticator.enter(B, 0), "guess", 0), 1000);
});

Deno.test("Authenticator does not let a right password make up for wrong ones", () => {
  const authenticator = new Authenticator(PASSWORD);
  authenticator.enter(A, 0).check("guess", 0);
  authenticator.enter(A, 1000).check(PASSWORD, 1000);
  assertEquals(tryPassword(authenticator.enter(A, 1000), "guess", 1000), 2000);
});

Deno.test("Authenticator forgives an address after ten minutes without a wrong password", () => {
  const authenticator = new Authenticator(PASSWORD);
  authenticator.enter(A, 0).check("guess", 0);
  assertEquals(tryPassword(authenticator.enter(A, 601_000), "guess", 601_000), 2000);
  assertEquals(tryPassword(authenticator.enter(A, 1_203_001), "guess", 1_203_001), 1000);
});

Deno.test("Authenticator goes on counting whoever is not forgiven, however many addresses come by", () => {
  const authenticator = new Authenticator(PASSWORD);
  authenticator.enter(A, 600_000).check("guess", 600_000);
  for (let i = 0; i < 5000; i++) {
    using attempt = authenticator.enter(`${i}`, i);
    attempt.check("guess", i);
  }
  assertEquals(tryPassword(authenticator.enter(A, 602_000), "guess", 602_000), 2000);
});

Deno.test("Authenticator has 16 places for an address, until one is left", () => {
  const authenticator = new Authenticator(PASSWORD);
  const attempts = Array.from({ length: 16 }, () => authenticator.enter(A, 0));
  assertThrows(() => authenticator.enter(A, 0), Refusal, "have not given the password yet (16)");
  attempts[0][Symbol.dispose]();
  attempts[0][Symbol.dispose]();
  authenticator.enter(A, 0);
  assertThrows(() => authenticator.enter(A, 0), Refusal, "have not given the password yet (16)");
});

Deno.test("Authenticator has 256 places in all, until one is left", () => {
  const authenticator = new Authenticator(PASSWORD);
  const attempts = Array.from({ length: 256 }, (_, i) => authenticator.enter(`10.0.${i}.1`, 0));
  assertThrows(
    () => authenticator.enter(A, 0),
    Refusal,
    "too many connections wait at the door; try again later",
  );
  attempts[0][Symbol.dispose]();
  attempts[0][Symbol.dispose]();
  authenticator.enter(A, 0);
  assertThrows(() => authenticator.enter("10.0.0.1", 0), Refusal);
});

Deno.test("Authenticator gives a newcomer the place of the one that waits longest from the address that has the most", () => {
  const authenticator = new Authenticator(PASSWORD, { maxTotal: 6 });
  const evicted: string[] = [];
  for (const [source, i] of [["x", 1], ["y", 1], ["y", 2], ["y", 3], ["z", 1], ["z", 2]] as const) {
    authenticator.enter(source, 0).evicted = () => evicted.push(`${source}${i}`);
  }
  authenticator.enter(A, 0).evicted = () => evicted.push("a");
  authenticator.enter("b", 0).evicted = () => evicted.push("b");
  assertEquals(evicted, ["y1", "y2"]);
  assertThrows(() => authenticator.enter("z", 0), Refusal, "too many connections wait at the door");
  authenticator.enter("c", 0);
  assertEquals(evicted, ["y1", "y2", "z1"]);
  assertThrows(() => authenticator.enter("d", 0), Refusal, "too many connections wait at the door");
});

Deno.test("Authenticator says how long it waits for a password: 30 seconds", () => {
  assertEquals(new Authenticator(PASSWORD).enter(A, 0).patience, 30_000);
  assert(new Authenticator(PASSWORD, { patience: 200 }).enter(A, 0).patience === 200);
});

import { assertEquals } from "@std/assert";
import { AGREEMENT_MS, TrustedClock } from "../../../lib/log/sqlite/trusted_clock.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A day on which it is noon when the test begins. */
const NOON = Date.UTC(2026, 10, 25, 12);

/** A machine whose clock can be put ahead and back, and which can sleep. */
class Machine {
  #uptime = 5000;
  #ahead = 0;

  readonly now = () => NOON + this.#uptime - 5000 + this.#ahead;
  readonly uptime = () => this.#uptime;

  /** Lets time pass. */
  pass(ms: number): void {
    this.#uptime += ms;
  }

  /** Puts the clock ahead, or back; sleep looks the same. */
  put(ms: number): void {
    this.#ahead += ms;
  }
}

/** The trusted time after noon, read every second for a time. */
function readFor(clock: TrustedClock, machine: Machine, ms: number): number {
  let time = 0;
  for (let passed = 0; passed < ms; passed += SECOND) {
    machine.pass(SECOND);
    time = clock.read();
  }
  return time - NOON;
}

Deno.test("a trusted clock goes with the clock on the wall while that goes on evenly", () => {
  const machine = new Machine();
  const clock = new TrustedClock(machine, NOON);
  assertEquals(clock.read(), NOON);
  assertEquals(readFor(clock, machine, HOUR), HOUR);
  machine.put(900);
  assertEquals(readFor(clock, machine, SECOND), HOUR + SECOND + 900);
});

Deno.test("a trusted clock goes on at its pace when the clock is put ahead, and follows after ten minutes", () => {
  const machine = new Machine();
  const clock = new TrustedClock(machine, NOON);
  machine.put(365 * DAY);
  assertEquals(readFor(clock, machine, AGREEMENT_MS - SECOND), AGREEMENT_MS - SECOND);
  assertEquals(readFor(clock, machine, 2 * SECOND), AGREEMENT_MS + SECOND + 365 * DAY);
});

Deno.test("a trusted clock is not misled by a clock that was ahead for a while", () => {
  const machine = new Machine();
  const clock = new TrustedClock(machine, NOON);
  machine.put(DAY);
  readFor(clock, machine, 9 * MINUTE);
  machine.put(-DAY);
  assertEquals(readFor(clock, machine, MINUTE), 10 * MINUTE);
  machine.put(DAY);
  assertEquals(readFor(clock, machine, 9 * MINUTE), 19 * MINUTE);
});

Deno.test("a trusted clock that jumps again begins to agree anew", () => {
  const machine = new Machine();
  const clock = new TrustedClock(machine, NOON);
  for (let i = 1; i <= 5; i++) {
    machine.put(HOUR);
    assertEquals(readFor(clock, machine, 9 * MINUTE), i * 9 * MINUTE);
  }
});

Deno.test("a trusted clock follows at once when the clock is put back", () => {
  const machine = new Machine();
  const clock = new TrustedClock(machine, NOON);
  machine.put(-DAY);
  assertEquals(readFor(clock, machine, MINUTE), MINUTE - DAY);
});

Deno.test("a trusted clock believes at its start what is at most ten minutes after what is known", () => {
  const machine = new Machine();
  assertEquals(new TrustedClock(machine, NOON - AGREEMENT_MS).read(), NOON);
  assertEquals(new TrustedClock(machine, NOON + DAY).read(), NOON);
  const clock = new TrustedClock(machine, NOON - DAY);
  assertEquals(readFor(clock, machine, AGREEMENT_MS - SECOND), AGREEMENT_MS - SECOND - DAY);
  assertEquals(readFor(clock, machine, SECOND), AGREEMENT_MS);
});

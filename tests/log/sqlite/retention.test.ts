import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { type Keep, Retention } from "../../../lib/log/sqlite/retention.ts";
import { SCHEMA } from "../../../lib/log/sqlite/schema.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 10, 25, 12);

/** A log on a machine with a clock of its own. */
class Machine implements Disposable {
  readonly db = new DatabaseSync(":memory:");
  uptime = 0;
  /** How far the clock on the wall is ahead. */
  ahead = 0;
  #last = 0;
  #retention?: Retention;

  constructor() {
    this.db.exec(SCHEMA);
  }

  now(): number {
    return NOON + this.uptime + this.ahead;
  }

  /** Adds entries with these times, as hours and minutes before or after the clock's. */
  say(...ages: number[]): void {
    const insert = this.db.prepare(
      "INSERT INTO entries (seq, time, kind, name, text, member) VALUES (?, ?, 'said', 'a', 'hi', 'A')",
    );
    for (const age of ages) insert.run(++this.#last, new Date(this.now() - age).toISOString());
  }

  /** Starts the server, or starts it again. `written`: how long ago the file was written. */
  start(keep: Keep, written = 0): void {
    this.#retention?.[Symbol.dispose]();
    this.#retention = new Retention(this.db, {
      keep,
      now: () => this.now(),
      uptime: () => this.uptime,
      written: this.now() - written,
    });
  }

  /** Lets time pass, in which retention runs. */
  pass(ms: number): void {
    for (const end = this.uptime + ms; this.uptime < end;) {
      this.uptime += Math.min(MINUTE, end - this.uptime);
      this.#retention!.prune(1000);
    }
  }

  get left(): number[] {
    return this.db.prepare("SELECT seq FROM entries ORDER BY seq").all().map(({ seq }) => Number(seq));
  }

  [Symbol.dispose](): void {
    this.#retention?.[Symbol.dispose]();
    this.db.close();
  }
}

const KEEP = { age: HOUR };

Deno.test("entries from the future keep none behind them", () => {
  using machine = new Machine();
  machine.say(-365 * DAY, -DAY, 2 * HOUR, -DAY, 3 * HOUR, 10 * MINUTE, 5 * MINUTE);
  machine.start(KEEP);
  assertEquals(machine.left, [6, 7]);
});

Deno.test("a thousand entries from the future keep none behind them", () => {
  using machine = new Machine();
  machine.say(...Array(1500).fill(-DAY), 2 * HOUR, 0);
  machine.start(KEEP);
  assertEquals(machine.left, [1502]);
});

Deno.test("entries from the future go when they have been there for as long as entries are kept", () => {
  using machine = new Machine();
  machine.say(-365 * DAY, -365 * DAY, -365 * DAY);
  machine.start(KEEP);
  machine.pass(HOUR);
  assertEquals(machine.left, [1, 2, 3]);
  machine.pass(2 * MINUTE);
  assertEquals(machine.left, [3]);
});

Deno.test("entries from the past go with those before them, not before", () => {
  using machine = new Machine();
  machine.say(50 * MINUTE, 20 * 365 * DAY, 40 * MINUTE, 0);
  machine.start(KEEP);
  assertEquals(machine.left, [1, 2, 3, 4]);
  machine.pass(11 * MINUTE);
  assertEquals(machine.left, [3, 4]);
});

Deno.test("a clock that jumps ahead removes nothing, and nothing is lost when it is put right", () => {
  using machine = new Machine();
  machine.say(50 * MINUTE, 30 * MINUTE, 0);
  machine.start(KEEP);
  machine.ahead = 365 * DAY;
  machine.pass(5 * MINUTE);
  machine.say(0, 0);
  assertEquals(machine.left, [1, 2, 3, 4, 5]);
  machine.ahead = 0;
  machine.pass(4 * MINUTE);
  assertEquals(machine.left, [1, 2, 3, 4, 5]);
  machine.pass(2 * MINUTE);
  assertEquals(machine.left, [2, 3, 4, 5]);
  machine.pass(20 * MINUTE);
  assertEquals(machine.left, [3, 4, 5]);
  machine.pass(HOUR);
  machine.say(0);
  assertEquals(machine.left, [5, 6]);
  machine.pass(MINUTE);
  assertEquals(machine.left, [6]);
});

Deno.test("a clock that is ahead when the server starts removes nothing for ten minutes", () => {
  using machine = new Machine();
  machine.say(30 * MINUTE, 20 * MINUTE, 0);
  machine.ahead = 10 * HOUR;
  machine.start(KEEP, 10 * HOUR);
  machine.pass(9 * MINUTE);
  machine.ahead = 0;
  machine.pass(2 * MINUTE);
  assertEquals(machine.left, [1, 2, 3]);
});

Deno.test("a server that was off for long removes what is too old, after ten minutes", () => {
  using machine = new Machine();
  machine.say(30 * MINUTE, 20 * MINUTE, 0);
  machine.ahead = 10 * HOUR;
  machine.start(KEEP, 10 * HOUR);
  machine.pass(9 * MINUTE);
  assertEquals(machine.left, [1, 2, 3]);
  machine.pass(2 * MINUTE);
  assertEquals(machine.left, [3]);
});

Deno.test("a clock that was behind when the server started, and is set, takes nothing that was said since", () => {
  using machine = new Machine();
  machine.ahead = -400 * DAY;
  machine.start({ age: 30 * DAY });
  machine.say(0, 0);
  machine.pass(MINUTE);
  machine.ahead = 0;
  machine.say(0);
  machine.pass(DAY);
  assertEquals(machine.left, [1, 2, 3]);
});

Deno.test("a laptop that slept removes what is too old of earlier, after ten minutes", () => {
  using machine = new Machine();
  machine.say(30 * MINUTE, 20 * MINUTE);
  machine.start(KEEP);
  machine.say(0);
  machine.ahead = 8 * HOUR;
  machine.pass(9 * MINUTE);
  assertEquals(machine.left, [1, 2, 3]);
  machine.pass(2 * MINUTE);
  assertEquals(machine.left, [3]);
});

Deno.test("a clock that is put back keeps what is kept by the uptime, and no longer", () => {
  using machine = new Machine();
  machine.say(30 * MINUTE);
  machine.start(KEEP);
  machine.say(0);
  machine.ahead = -DAY;
  machine.say(0);
  machine.pass(HOUR);
  assertEquals(machine.left, [1, 2, 3]);
  machine.pass(2 * MINUTE);
  machine.say(0);
  machine.pass(MINUTE);
  assertEquals(machine.left, [4]);
});

Deno.test("what clients said is remembered as long as the entries of that time, whatever the clock showed", () => {
  using machine = new Machine();
  machine.say(-DAY, 2 * HOUR, 0, 0);
  const note = machine.db.prepare("INSERT INTO clients (member, taken, time, seq) VALUES (?, 7, ?, ?)");
  for (let seq = 1; seq <= 4; seq++) note.run(`client ${seq}`, new Date(machine.now()).toISOString(), seq);
  machine.start(KEEP);
  const members = machine.db.prepare("SELECT member FROM clients").all().map(({ member }) => member);
  assertEquals([machine.left, members], [[3, 4], ["client 3", "client 4"]]);
});

import { assert, assertEquals } from "@std/assert";
import { CURSORS_PER_TURN, type Flusher, FlushSchedule, type Turn } from "../../lib/fanout/flush_schedule.ts";

/** A flush of `parts` parts, each of which takes `cost` milliseconds and feeds `cursors`; it records what happens. */
class FakeFlush implements Flusher {
  readonly events: string[] = [];
  readonly times: number[] = [];
  readonly #parts: number;
  readonly #cost: number;
  readonly #cursors: number;
  #left = 0;
  /** Called with each event. */
  happened: (event: string) => void = () => {};

  constructor({ parts = 1, cost = 0, cursors = CURSORS_PER_TURN }: {
    parts?: number;
    cost?: number;
    cursors?: number;
  } = {}) {
    this.#parts = parts;
    this.#cost = cost;
    this.#cursors = cursors;
  }

  prepare(): void {
    this.#note("prepare");
  }

  run(turn: Turn): boolean {
    turn.left -= this.#cursors;
    if (this.#left === 0) this.#left = this.#parts;
    for (const end = performance.now() + this.#cost; performance.now() < end;);
    this.#note("run");
    return --this.#left > 0;
  }

  saving = () => 1;
  due = () => Infinity;

  #note(event: string): void {
    this.events.push(event);
    this.times.push(performance.now());
    this.happened(event);
  }

  /** Resolves when an event has happened `count` times. */
  async until(event: string, count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => this.events.filter((one) => one === event).length >= count && resolve();
    this.happened = look;
    look();
    await promise;
  }
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

Deno.test("FlushSchedule runs a flush at once in a quiet room, once however often it is woken", async () => {
  const flush = new FakeFlush();
  using requests = new FlushSchedule().add(flush);
  requests.wake();
  requests.wake();
  assertEquals(flush.events, []);
  await Promise.resolve();
  assertEquals(flush.events, ["prepare", "run"]);
  await turn();
  assertEquals(flush.events, ["prepare", "run"]);
});

Deno.test("FlushSchedule lets the event loop turn between the parts of a flush", async () => {
  const flush = new FakeFlush({ parts: 3 });
  using requests = new FlushSchedule().add(flush);
  let turns = 0;
  const between: number[] = [];
  flush.happened = (event) => {
    if (event !== "run") return;
    between.push(turns);
    setImmediate(() => turns++);
  };
  requests.wake();
  for (let i = 0; i < 5; i++) await turn();
  assertEquals(between, [0, 1, 2]);
  assertEquals(flush.events, ["prepare", "run", "run", "run"]);
});

Deno.test("FlushSchedule runs another flush for what is wanted while one runs", async () => {
  const flush = new FakeFlush({ parts: 2 });
  using requests = new FlushSchedule().add(flush);
  requests.wake();
  await Promise.resolve();
  assertEquals(flush.events, ["prepare", "run"]);
  requests.wake();
  await flush.until("run", 4);
  assertEquals(flush.events, ["prepare", "run", "run", "prepare", "run", "run"]);
});

Deno.test("FlushSchedule waits after a flush that cost something, and what is wanted for later waits until then", async () => {
  const flush = new FakeFlush({ cost: 3 });
  using requests = new FlushSchedule().add(flush);
  requests.wake();
  await flush.until("run", 1);
  requests.wake();
  await flush.until("run", 2);
  assert(flush.times[2] - flush.times[1] >= 3, "the second came too early");
  const wanted = performance.now() + 60;
  requests.wake(wanted);
  await flush.until("run", 3);
  assert(flush.times[4] >= wanted - 1, "the third came too early");
});

Deno.test("FlushSchedule does not keep those waiting who lag, and gathers nothing for them", async () => {
  const flush = new FakeFlush({ cost: 40 });
  using requests = new FlushSchedule().add(flush);
  requests.wake();
  await flush.until("run", 1);
  requests.wake();
  requests.goOn();
  await flush.until("run", 3);
  assertEquals(flush.events, ["prepare", "run", "run", "prepare", "run"]);
});

Deno.test("FlushSchedule goes on after a flush for those who lag behind it", async () => {
  const flush = new FakeFlush({ parts: 2 });
  using requests = new FlushSchedule().add(flush);
  requests.wake();
  await Promise.resolve();
  requests.goOn();
  await flush.until("run", 4);
  assertEquals(flush.events, ["prepare", "run", "run", "run", "run"]);
});

Deno.test("FlushSchedule runs nothing any more once it is disposed of, in the middle of a flush or before it", async () => {
  const [begun, wanted] = [new FakeFlush({ parts: 5 }), new FakeFlush()];
  const first = new FlushSchedule().add(begun);
  first.wake();
  await Promise.resolve();
  first[Symbol.dispose]();
  const second = new FlushSchedule().add(wanted);
  second.wake();
  second.goOn();
  second[Symbol.dispose]();
  second.wake();
  second.goOn();
  await turn();
  assertEquals([begun.events, wanted.events], [["prepare", "run"], []]);
});

Deno.test("FlushSchedule feeds no more cursors in a turn of the event loop for all rooms than for one", async () => {
  const schedule = new FlushSchedule();
  const rooms = Array.from({ length: 5 }, () => new FakeFlush({ cursors: CURSORS_PER_TURN / 2 }));
  const all = rooms.map((room) => schedule.add(room));
  let turns = 0;
  const during: number[] = [];
  // The last one tells when all are done.
  for (const room of rooms.slice(0, -1)) {
    room.happened = (event) => {
      if (event !== "run") return;
      during.push(turns);
      setImmediate(() => turns = during.length);
    };
  }
  for (const requests of all) requests.wake();
  await rooms[4].until("run", 1);
  assertEquals(during, [0, 0, 2, 2]);
  for (const requests of all) requests[Symbol.dispose]();
});

Deno.test("FlushSchedule has a room wait for what another one's flush cost", async () => {
  const schedule = new FlushSchedule();
  const [busy, quiet] = [new FakeFlush({ cost: 5 }), new FakeFlush()];
  using one = schedule.add(busy);
  using other = schedule.add(quiet);
  one.wake();
  await busy.until("run", 1);
  other.wake();
  await quiet.until("run", 1);
  assert(quiet.times[0] - busy.times[1] >= 5, "it did not wait");
});

Deno.test("FlushSchedule flushes the rooms that want it, and leaves the others alone", async () => {
  const schedule = new FlushSchedule();
  const [now, later, never] = [new FakeFlush(), new FakeFlush(), new FakeFlush()];
  using one = schedule.add(now);
  using other = schedule.add(later);
  using _ = schedule.add(never);
  other.wake(performance.now() + 30);
  one.wake();
  await now.until("run", 1);
  assertEquals(later.events, []);
  await later.until("run", 1);
  assertEquals([now, never].map(({ events }) => events), [["prepare", "run"], []]);
});

Deno.test("FlushSchedule goes on with the other rooms when one ends in the middle of its flush", async () => {
  const schedule = new FlushSchedule();
  const [ended, going] = [new FakeFlush({ parts: 3 }), new FakeFlush()];
  const one = schedule.add(ended);
  using other = schedule.add(going);
  one.wake();
  other.wake();
  await ended.until("run", 1);
  one[Symbol.dispose]();
  await going.until("run", 1);
  assertEquals(ended.events, ["prepare", "run"]);
  assertEquals(going.events, ["prepare", "run"]);
});

import { assert, assertEquals } from "@std/assert";
import { type Flusher, FlushSchedule } from "../../lib/fanout/flush_schedule.ts";

/** A flush of `parts` parts, each of which takes `cost` milliseconds; it records what happens. */
class FakeFlush implements Flusher {
  readonly events: string[] = [];
  readonly times: number[] = [];
  readonly #parts: number;
  readonly #cost: number;
  #left = 0;
  /** Called with each event. */
  happened: (event: string) => void = () => {};

  constructor({ parts = 1, cost = 0 }: { parts?: number; cost?: number } = {}) {
    this.#parts = parts;
    this.#cost = cost;
  }

  prepare(): void {
    this.#note("prepare");
  }

  run(): boolean {
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
  using schedule = new FlushSchedule(flush);
  schedule.wake();
  schedule.wake();
  assertEquals(flush.events, []);
  await Promise.resolve();
  assertEquals(flush.events, ["prepare", "run"]);
  await turn();
  assertEquals(flush.events, ["prepare", "run"]);
});

Deno.test("FlushSchedule lets the event loop turn between the parts of a flush", async () => {
  const flush = new FakeFlush({ parts: 3 });
  using schedule = new FlushSchedule(flush);
  let turns = 0;
  const between: number[] = [];
  flush.happened = (event) => {
    if (event !== "run") return;
    between.push(turns);
    setImmediate(() => turns++);
  };
  schedule.wake();
  for (let i = 0; i < 5; i++) await turn();
  assertEquals(between, [0, 1, 2]);
  assertEquals(flush.events, ["prepare", "run", "run", "run"]);
});

Deno.test("FlushSchedule runs another flush for what is wanted while one runs", async () => {
  const flush = new FakeFlush({ parts: 2 });
  using schedule = new FlushSchedule(flush);
  schedule.wake();
  await Promise.resolve();
  assertEquals(flush.events, ["prepare", "run"]);
  schedule.wake();
  await flush.until("run", 4);
  assertEquals(flush.events, ["prepare", "run", "run", "prepare", "run", "run"]);
});

Deno.test("FlushSchedule waits after a flush that cost something, and what is wanted for later waits until then", async () => {
  const flush = new FakeFlush({ cost: 3 });
  using schedule = new FlushSchedule(flush);
  schedule.wake();
  await flush.until("run", 1);
  schedule.wake();
  await flush.until("run", 2);
  assert(flush.times[2] - flush.times[1] >= 3, "the second came too early");
  const wanted = performance.now() + 60;
  schedule.wake(wanted);
  await flush.until("run", 3);
  assert(flush.times[4] >= wanted - 1, "the third came too early");
});

Deno.test("FlushSchedule does not keep those waiting who lag, and gathers nothing for them", async () => {
  const flush = new FakeFlush({ cost: 5 });
  using schedule = new FlushSchedule(flush);
  schedule.wake();
  await flush.until("run", 1);
  schedule.wake();
  schedule.goOn();
  await flush.until("run", 2);
  assertEquals(flush.events, ["prepare", "run", "run"]);
  await flush.until("run", 3);
  assertEquals(flush.events, ["prepare", "run", "run", "prepare", "run"]);
});

Deno.test("FlushSchedule goes on after a flush for those who lag behind it", async () => {
  const flush = new FakeFlush({ parts: 2 });
  using schedule = new FlushSchedule(flush);
  schedule.wake();
  await Promise.resolve();
  schedule.goOn();
  await flush.until("run", 4);
  assertEquals(flush.events, ["prepare", "run", "run", "run", "run"]);
});

Deno.test("FlushSchedule runs nothing any more once it is disposed of, in the middle of a flush or before it", async () => {
  const [begun, wanted] = [new FakeFlush({ parts: 5 }), new FakeFlush()];
  const first = new FlushSchedule(begun);
  first.wake();
  await Promise.resolve();
  first[Symbol.dispose]();
  const second = new FlushSchedule(wanted);
  second.wake();
  second.goOn();
  second[Symbol.dispose]();
  second.wake();
  second.goOn();
  await turn();
  assertEquals([begun.events, wanted.events], [["prepare", "run"], []]);
});

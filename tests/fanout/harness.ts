/**
 * What the tests of the fan-out share: a fan-out over a log, and sinks that keep what is written to them.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Cursor, Sink } from "../../lib/fanout/cursor.ts";
import { Fanout } from "../../lib/fanout/fanout.ts";
import { CURSORS_PER_TURN } from "../../lib/fanout/flush_schedule.ts";
import type { Log } from "../../lib/log/log.ts";
import { MemoryLog } from "../../lib/log/memory.ts";
import type { Closed, Draft } from "../../lib/wire/entries.ts";
import { FORMATS } from "../../lib/wire/formats/formats.ts";
import { SlowLog } from "../helpers/logs.ts";

const decoder = new TextDecoder();

export const MiB = 1024 * 1024;

/** A short tail, so that it takes little to fall behind it. */
const TAIL_BYTES = 2 * MiB;

/** The closing line of the tests. */
export const BYE: Closed = { kind: "closed", text: "bye", retry: false, fault: false };

/** A sink that keeps what is written to it. While it is stuck, a write does not end. */
export class FakeSink implements Sink {
  readonly writes: string[] = [];
  largest = 0;
  closed = 0;
  stuck = false;
  #pending?: PromiseWithResolvers<void>;

  write(bytes: Uint8Array): Promise<void> {
    assertEquals(this.#pending, undefined, "a second write while one is in flight");
    this.writes.push(decoder.decode(bytes));
    this.largest = Math.max(this.largest, bytes.length);
    if (!this.stuck) return Promise.resolve();
    this.#pending = Promise.withResolvers();
    return this.#pending.promise;
  }

  /** Ends the write in flight. */
  release(): void {
    this.#pending?.resolve();
    this.#pending = undefined;
  }

  /** Breaks the write in flight. */
  break(): void {
    this.#pending?.reject(new Error("broken"));
    this.#pending = undefined;
  }

  close(): void {
    this.closed++;
  }

  get text(): string {
    return this.writes.join("");
  }

  get lines(): string[] {
    return this.text.split("\n").slice(0, -1);
  }
}

/** The parts of a room that move its cursors. */
export class Harness {
  readonly log: Log;
  readonly fanout: Fanout;
  #woken = false;

  constructor(log: Log = new MemoryLog({ now: () => 0 })) {
    this.log = log;
    this.fanout = new Fanout(log, () => this.#woken = true, { tailBytes: TAIL_BYTES });
    log.follow((entries) => this.fanout.push(entries));
  }

  /** A cursor that follows from the entry after `at`. */
  open({ key = "Z", format = FORMATS.text, at = this.log.last } = {}): { sink: FakeSink; cursor: Cursor } {
    const sink = new FakeSink();
    const cursor = this.fanout.open(sink);
    cursor.format = format;
    cursor.follow(at, key);
    return { sink, cursor };
  }

  /** Adds entries to the log, and flushes nothing. */
  async append(drafts: Draft[]): Promise<void> {
    await this.log.append(drafts);
  }

  /** Does one turn's part of a flush. Returns whether there is more. */
  flush(): boolean {
    return this.fanout.flush({ left: CURSORS_PER_TURN });
  }

  /** Flushes until nothing asks for another flush. */
  async settle(): Promise<void> {
    do {
      this.#woken = false;
      this.flush();
      await new Promise((resolve) => setTimeout(resolve, 0));
    } while (this.#woken);
  }

  /** Lets alice say something, and flushes. */
  async say(...texts: string[]): Promise<void> {
    await this.append(texts.map((text) => said(text)));
    await this.settle();
  }
}

/** Something said; the key of its author is the first letter of the name. */
export function said(text: string, name = "alice"): Draft {
  return { kind: "said", name, text, authorKey: name[0].toUpperCase() };
}

/** Some who joined, with keys like those of {@linkcode said}. */
export function joined(...names: string[]): Draft {
  return { kind: "joined", names, memberKeys: names.map((name) => name[0].toUpperCase()) };
}

/** The logs that a cursor may have to read from: one that answers at once, and one that does not. */
export const LOGS: [name: string, open: (options?: { maxBytes: number }) => Log][] = [
  ["in memory", (options) => new MemoryLog(options)],
  ["that takes its time", (options) => new SlowLog(new MemoryLog(options))],
];

/** Says more than stays encoded, so that what came before must be read from the log. */
export async function sayMuch(room: Harness, bytes = 4 * MiB): Promise<void> {
  const batch = Array.from({ length: 10 }, () => said("x".repeat(4000)));
  for (let taken = 0; taken < bytes; taken += 10 * 2 * 4000) {
    await room.append(batch);
    room.flush();
  }
}

/** Whether a promise has settled by the next turn of the event loop. */
export async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  promise.then(() => done = true, () => done = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  return done;
}

/** The sequence numbers of the entries that a sink got, in the JSON format. */
export function seqs(sink: FakeSink): number[] {
  return sink.lines.map((line) => JSON.parse(line).seq);
}

/** The whole numbers from `first` to `last`. */
export function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

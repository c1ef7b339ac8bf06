/// <reference lib="dom" />
import type { Welcome } from "../../wire/entries.ts";
import type { ReceivedEntry } from "../../wire/received.ts";
import { byId } from "./dom.ts";
import type { Item } from "./items.ts";
import { LogView } from "./log_view.ts";
import type { Answer } from "./questions.ts";
import type { NewsMark, Reader } from "./row.ts";
import { Timeline } from "./timeline.ts";

/** How many messages are asked for at once. */
const CHUNK = 100;

/** How many messages are asked for at first, so that they are there soon. */
const SCREEN = 40;

/** The most messages that a server tells at once. */
const MAX_ANSWER = 200;

/** How many messages are asked for around one that is gone to. */
const AROUND = 30;

/** What a room's log works with. */
export interface RoomLogOptions extends Reader {
  /** Asks for messages from before; `undefined` if that cannot be answered now. */
  ask(line: string): Promise<Answer | undefined>;
  /** Whether the reader is at the end has changed, or what they see. */
  scrolled(): void;
}

/** The log of the room in which one is: its latest piece, and for a while another piece that was gone to. */
export class RoomLog {
  readonly #options: RoomLogOptions;
  readonly #view: LogView;
  #live = new Timeline();
  /** The piece that is shown. */
  #shown = this.#live;
  #room = "";
  #log = "";
  /** Where the room's log was when one came in. */
  #cursor = 0;

  /** See {@linkcode RoomLogOptions}. */
  constructor(options: RoomLogOptions) {
    this.#options = options;
    this.#view = new LogView(byId("log"), byId("lines"), this.#live, {
      get self() {
        return options.self;
      },
      hueOf: options.hueOf,
      older: () => this.#older(),
      newer: () => this.#newer(),
      scrolled: options.scrolled,
    });
  }

  /** The view of it. */
  get view(): LogView {
    return this.#view;
  }

  /** The number of its last entry. */
  get last(): number {
    return this.#live.last;
  }

  /** The time of its last item, in milliseconds since 1970. */
  get lastTime(): number {
    return this.#live.items.at(-1)?.time ?? 0;
  }

  /** Whether nothing was ever said in it. */
  get empty(): boolean {
    return this.#live.begun &&
      !this.#live.items.some(({ kind }) => kind === "said" || kind === "action" || kind === "private");
  }

  /** Begins to show another room, or another log of this one, which what has come stays before. */
  enter({ room = "", log, seq, messages }: Pick<Welcome, "room" | "log" | "seq" | "messages">): void {
    this.#cursor = seq;
    if (room === this.#room && log === this.#log) return;
    if (room === this.#room) this.#live.restart();
    else {
      this.#live = new Timeline();
      this.#live.begun = messages === 0;
    }
    [this.#room, this.#log] = [room, log];
    this.#show(this.#live);
  }

  /** Asks for the last messages, without waiting until there is place for them on the screen. */
  async fill(count = SCREEN): Promise<void> {
    this.#view.asked();
    await this.#ask({ before: this.#cursor + 1, count: Math.min(count, MAX_ANSWER) });
  }

  /** Shows an entry where it belongs. */
  take(entry: ReceivedEntry): void {
    this.#live.take(entry);
    if (this.#shown === this.#live && this.#view.atEnd) this.#live.trim();
    if (this.#shown === this.#live) this.#view.changed();
  }

  /** Shows what is no entry, at the end. */
  note(item: Item): void {
    this.#live.note(item);
    this.#view.changed();
  }

  /** Marks what is new. `go`: whether to go there. */
  markNews(news: NewsMark | undefined, { go = false }: { go?: boolean } = {}): void {
    this.#view.news = news;
    if (go) this.#view.show(this.#live, { at: "news" });
  }

  /** Goes to the newest. */
  toEnd(): void {
    this.#show(this.#live);
  }

  /** Goes to an entry, wherever it is; resolves to whether it is there. */
  async goTo(seq: number): Promise<boolean> {
    if (seq >= (this.#live.first ?? Infinity)) {
      this.#shown = this.#live;
      this.#view.show(this.#live, { at: seq });
      return true;
    }
    const answer = await this.#options.ask(`/history before ${seq + AROUND} ${2 * AROUND}`);
    if (answer === undefined || answer.entries.length === 0) return false;
    const piece = new Timeline();
    for (const entry of answer.entries) piece.take(entry);
    this.#shown = piece;
    this.#view.show(piece, { live: false, at: seq });
    return true;
  }

  #show(timeline: Timeline): void {
    this.#shown = timeline;
    this.#view.show(timeline);
  }

  async #older(): Promise<void> {
    await this.#ask({ before: this.#shown.first ?? this.#cursor + 1, count: CHUNK });
  }

  async #ask({ before, count }: { before: number; count: number }): Promise<void> {
    const piece = this.#shown;
    const answer = await this.#options.ask(`/history before ${before} ${count}`);
    if (answer === undefined) return this.#later();
    const added = piece.takeOlder(answer.entries);
    if (answer.entries.length < count) piece.begun = true;
    if (piece === this.#shown) this.#view.prepended(added);
  }

  /** Numbers go on with entries that are no messages, so that there may be none between two numbers. */
  async #newer(): Promise<void> {
    const piece = this.#shown;
    const { last } = piece;
    for (let step = CHUNK; piece === this.#shown; step *= 2) {
      const answer = await this.#options.ask(`/history before ${last + step} ${CHUNK}`);
      if (answer === undefined) return this.#later();
      const entries = answer.entries.filter(({ seq }) => seq > last);
      const full = entries.length === CHUNK;
      if (!full) entries.forEach((entry) => piece.take(entry));
      const reached = last + step > (this.#live.first ?? Infinity);
      if (!full && reached) return this.#join(piece);
      if (!full && entries.length > 0) return this.#view.answered();
      // There are more than can be had at once, and the first of them would be missed.
      if (full) step = Math.max(1, Math.floor(step / 4));
    }
  }

  #join(piece: Timeline): void {
    piece.join(this.#live);
    this.#live = piece;
    this.#view.show(piece, { at: undefined, live: true });
  }

  /** The connection is gone; once it is back, scrolling asks again. */
  #later(): void {
    setTimeout(() => this.#view.answered(), 1000);
  }
}

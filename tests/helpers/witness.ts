import { Conversation, type ConversationEvent } from "../../lib/client/core/conversation.ts";
import { LOBBY } from "../../lib/wire/names.ts";
import type { Connection } from "../../lib/net/connection.ts";

/** How long, in milliseconds, one waits for what has to come before the test fails. */
export const PATIENCE_MS = 20_000;

/** An entry as a client saw it. */
export interface Seen {
  seq: number;
  time: number;
  kind: string;
  text?: string;
}

/** A stay in a room, from a welcome to the next one. */
export interface Stay {
  room: string;
  /** The life of the room's log. */
  log: string;
  /** The entry after which it began. */
  start: number;
  /** The entries, in the order in which they came. */
  seen: Seen[];
}

/** What carries a client's lines, and how it comes to a server. */
export interface Carrier {
  /** Whether it is what a browser has. */
  browser: boolean;
  connect(signal?: AbortSignal): Promise<Connection>;
}

/** A client that takes part, and everything that it saw. */
export class Witness {
  /** Whether it comes as the page does. */
  readonly browser: boolean;
  readonly stays: Stay[] = [];
  /** What it said, and what of that was confirmed. */
  readonly said: string[] = [];
  readonly delivered: string[] = [];
  readonly unconfirmed: string[] = [];
  readonly notices: string[] = [];
  reconnects = 0;
  /** The room for which it says what it says. */
  heading = LOBBY;
  readonly conversation: Conversation;
  readonly #arrived = Promise.withResolvers<void>();
  readonly #running: Promise<void>;
  #news = Promise.withResolvers<void>();

  private constructor(conversation: Conversation, browser: boolean) {
    this.conversation = conversation;
    this.browser = browser;
    this.#running = this.#watch();
  }

  static async join({ browser, connect }: Carrier, name: string): Promise<Witness> {
    // The page also wants to know of the other rooms.
    const options = { name, connect, firstDelay: 30, watch: browser, untold: browser };
    const witness = new Witness(new Conversation(await connect(), options), browser);
    await witness.#arrived.promise;
    return witness;
  }

  /** Says something for the room that it is in, or on its way to. */
  async say(words: string): Promise<void> {
    const text = `${words} ${this.heading}`;
    this.said.push(text);
    await this.conversation.send(text);
  }

  async move(room: string): Promise<void> {
    this.heading = room;
    await this.conversation.send(`/join ${room}`);
  }

  /** All entries of all stays. */
  get seen(): Seen[] {
    return this.stays.flatMap(({ seen }) => seen);
  }

  /** Where it is. */
  get stay(): Stay {
    return this.stays[this.stays.length - 1];
  }

  /** Waits until a condition on what it saw holds. */
  async until(holds: () => boolean): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`waited too long: ${this.summary}`)), PATIENCE_MS);
    while (!holds()) await Promise.race([this.#news.promise, late]);
    clearTimeout(timer);
  }

  /** The last entry of the room that it is in. */
  get last(): number {
    return this.stay.seen.at(-1)?.seq ?? this.stay.start;
  }

  get summary(): string {
    const waiting = this.conversation.unanswered.length;
    const how = `${this.browser ? "over WebSocket" : "over TCP"}${
      this.conversation.waits ? ", cut off" : ""
    }`;
    return `${how}: ${this.said.length} said, ${this.delivered.length} confirmed, ${waiting} waiting, ` +
      `at ${this.last} of ${this.stay.room}, on the way to ${this.heading}`;
  }

  async end(): Promise<void> {
    await this.conversation.end();
    await this.#running;
    this.conversation[Symbol.dispose]();
  }

  async #watch(): Promise<void> {
    for await (const event of this.conversation.events()) {
      this.#note(event);
      this.#news.resolve();
      this.#news = Promise.withResolvers();
    }
  }

  #note(event: ConversationEvent): void {
    if (event.kind === "welcome") {
      this.stays.push({ room: event.room ?? LOBBY, log: event.log, start: event.seq, seen: [] });
      this.#arrived.resolve();
    }
    if (event.kind === "back") this.reconnects++;
    if (event.kind === "unconfirmed") this.unconfirmed.push(event.text);
    if (event.kind === "notice") this.notices.push(event.text);
    if (!("time" in event) || ("history" in event && event.history)) return;
    this.stay.seen.push({
      seq: event.seq,
      time: event.time,
      kind: event.kind,
      text: "text" in event ? event.text : undefined,
    });
    if (event.kind === "said" && event.own) this.delivered.push(event.text);
  }
}

/**
 * What is wrong with what they saw: nothing, if all who were in a room saw the same entries there, each one once and in
 * order, and only such as were meant for it.
 */
export function contradictions(witnesses: Witness[]): string[] {
  const problems: string[] = [];
  const common = new Map<string, string>();
  witnesses.forEach((witness, i) => {
    const reached = new Map<string, number>();
    for (const { room, log, start, seen } of witness.stays) {
      if (start < (reached.get(log) ?? 0)) {
        problems.push(`client ${i} is back in ${room} at ${start}, too early`);
      }
      let before = start;
      for (const entry of seen) {
        if (entry.seq !== before + 1) {
          problems.push(`client ${i} saw entry ${entry.seq} of ${room} after ${before}`);
        }
        before = entry.seq;
        const text = JSON.stringify(entry);
        const place = `${log} ${entry.seq}`;
        const known = common.get(place) ?? text;
        common.set(place, known);
        if (known !== text) problems.push(`client ${i} saw ${text} where another saw ${known}`);
        const meant = entry.kind === "said" ? entry.text!.split(" ")[1] : room;
        if (meant !== room) problems.push(`client ${i} saw ${text} in ${room}`);
      }
      reached.set(log, before);
    }
    for (const text of witness.unconfirmed) problems.push(`client ${i} never learned what became of ${text}`);
    const delivered = new Set(witness.delivered);
    if (delivered.size !== witness.delivered.length) problems.push(`client ${i} had a receipt twice`);
    for (const text of witness.said) {
      if (!delivered.has(text)) problems.push(`client ${i} had no receipt of ${text}`);
    }
  });
  return problems.slice(0, 20);
}

import { delay } from "@std/async/delay";
import { Conversation, type ConversationEvent } from "../../lib/client/core/conversation.ts";
import { connectTcp } from "../../lib/net/tcp.ts";
import { LOBBY } from "../../lib/wire/names.ts";
import { seeded } from "./numbers.ts";

/** The longest time that someone who moves stays in a room, in milliseconds. */
const MOVE_EVERY_MS = 400;

/** A proxy on the loopback interface that cuts the connections through it. */
export class CuttingProxy implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: number;
  readonly #pairs = new Set<[Deno.TcpConn, Deno.TcpConn]>();
  readonly #running: Promise<void>;
  readonly #pumps = new Set<Promise<unknown>>();
  cuts = 0;

  /** `target`: the port that it forwards to. */
  constructor(target: number) {
    this.#target = target;
    this.#running = this.#accept();
  }

  get address(): { hostname: string; port: number } {
    return { hostname: "127.0.0.1", port: this.#listener.addr.port };
  }

  /** Cuts one of its connections in the middle of whatever goes on; `random`, from 0 to 1, picks it. */
  cut(random: number): void {
    const pairs = [...this.#pairs];
    if (pairs.length === 0) return;
    this.cuts++;
    this.#close(pairs[Math.floor(random * pairs.length)]);
  }

  async #accept(): Promise<void> {
    for await (const near of this.#listener) {
      const pump = this.#connect(near).finally(() => this.#pumps.delete(pump));
      this.#pumps.add(pump);
    }
  }

  async #connect(near: Deno.TcpConn): Promise<void> {
    let far;
    try {
      far = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
    } catch {
      near.close();
      return;
    }
    const pair: [Deno.TcpConn, Deno.TcpConn] = [near, far];
    this.#pairs.add(pair);
    const [up, down] = [near.readable.pipeTo(far.writable), far.readable.pipeTo(near.writable)];
    await Promise.allSettled([up, down]);
    this.#close(pair);
  }

  #close(pair: [Deno.TcpConn, Deno.TcpConn]): void {
    if (!this.#pairs.delete(pair)) return;
    for (const conn of pair) {
      try {
        conn.close();
      } catch {
        // Its streams have closed it already.
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const pair of [...this.#pairs]) this.#close(pair);
    await this.#running;
    await Promise.allSettled(this.#pumps);
  }
}

/** What a room goes through while many talk in it. */
export interface TortureOptions {
  seed: number;
  /** How many are in the room, and how many of them speak. */
  clients: number;
  speakers: number;
  /** The rooms between which all of them move, at random; without it they stay in the lobby. */
  rooms?: readonly string[];
  /** How many connections are cut, and the longest time between two cuts, in milliseconds. */
  cuts: number;
  cutEvery: number;
  /** The port of the server. */
  port: number;
  /** What else happens while the connections are cut. All of it is over when both are. */
  meanwhile?(random: () => number): Promise<void>;
}

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

/** A client that takes part, and everything that it saw. */
export class Witness {
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

  private constructor(conversation: Conversation) {
    this.conversation = conversation;
    this.#running = this.#watch();
  }

  static async join(proxy: CuttingProxy, name: string): Promise<Witness> {
    const connect = () => connectTcp(proxy.address);
    const witness = new Witness(new Conversation(await connect(), { name, connect, firstDelay: 30 }));
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
    const timer = setTimeout(() => reject(new Error(`waited too long: ${this.summary}`)), 20_000);
    while (!holds()) await Promise.race([this.#news.promise, late]);
    clearTimeout(timer);
  }

  /** The last entry of the room that it is in. */
  get last(): number {
    return this.stay.seen.at(-1)?.seq ?? this.stay.start;
  }

  get summary(): string {
    const waiting = this.conversation.unanswered.length;
    return `${this.said.length} said, ${this.delivered.length} confirmed, ${waiting} waiting, ` +
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

/** Lets many talk while their connections are cut, and returns what they saw once all is quiet again. */
export async function torture(options: TortureOptions): Promise<{ witnesses: Witness[]; cuts: number }> {
  const random = seeded(options.seed);
  await using proxy = new CuttingProxy(options.port);
  const witnesses: Witness[] = [];
  for (let i = 0; i < options.clients; i++) witnesses.push(await Witness.join(proxy, `w${i}`));
  let over = false;
  const speaking = witnesses.slice(0, options.speakers).map(async (witness, i) => {
    const pause = seeded(options.seed + 1 + i);
    for (let n = 0; !over; n++) {
      await witness.say(`${i}:${n}`);
      await delay(10 * pause());
    }
  });
  const { rooms = [] } = options;
  const moving = rooms.length === 0 ? [] : witnesses.map(async (witness, i) => {
    const choice = seeded(options.seed + 1000 + i);
    while (!over) {
      await delay(MOVE_EVERY_MS * choice());
      await witness.move(rooms[Math.floor(rooms.length * choice())]);
    }
  });
  const cutting = (async () => {
    for (let i = 0; i < options.cuts; i++) {
      await delay(options.cutEvery * random());
      proxy.cut(random());
    }
  })();
  await Promise.all([cutting, options.meanwhile?.(random)]);
  over = true;
  await Promise.all([...speaking, ...moving]);
  for (const witness of witnesses) await witness.until(() => witness.conversation.unanswered.length === 0);
  for (const witness of witnesses) await witness.until(() => witness.stay.room === witness.heading);
  for (const [, together] of Map.groupBy(witnesses, ({ stay }) => stay.room)) {
    const last = Math.max(...together.map((witness) => witness.last));
    for (const witness of together) await witness.until(() => witness.last >= last);
  }
  await Promise.all(witnesses.map((witness) => witness.end()));
  return { witnesses, cuts: proxy.cuts };
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

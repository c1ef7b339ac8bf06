import { delay } from "@std/async/delay";
import { Conversation, type ConversationEvent } from "../../lib/client/core/conversation.ts";
import { connectTcp } from "../../lib/net/tcp.ts";
import { seeded } from "./numbers.ts";

/** A proxy on the loopback interface that cuts what goes through it. */
export class CuttingProxy implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: number;
  readonly #pairs = new Set<[Deno.TcpConn, Deno.TcpConn]>();
  readonly #running: Promise<void>;
  readonly #pumps = new Set<Promise<unknown>>();
  cuts = 0;

  /** `target`: the port that it leads to. */
  constructor(target: number) {
    this.#target = target;
    this.#running = this.#accept();
  }

  get address(): { hostname: string; port: number } {
    return { hostname: "127.0.0.1", port: this.#listener.addr.port };
  }

  /** Cuts one of its connections in the middle of whatever goes on; `random`, from 0 to 1, says which. */
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
        // Its streams have closed it.
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

/** What happens to a room while many talk in it. */
export interface TortureOptions {
  seed: number;
  /** How many are in the room, and how many of them speak. */
  clients: number;
  speakers: number;
  /** How many connections are cut, and after how many milliseconds each, at most. */
  cuts: number;
  cutEvery: number;
  /** The port of the server. */
  port: number;
  /** What happens besides, until it is over; the connections are cut meanwhile. */
  meanwhile?(random: () => number): Promise<void>;
}

/** An entry as a client saw it. */
export interface Seen {
  seq: number;
  time: number;
  kind: string;
  text?: string;
}

/** One who takes part, and all that it saw. */
export class Witness {
  /** The entries, in the order in which they came. */
  readonly seen: Seen[] = [];
  /** What was said, and what of that was confirmed. */
  readonly said: string[] = [];
  readonly delivered: string[] = [];
  readonly unconfirmed: string[] = [];
  readonly notices: string[] = [];
  reconnects = 0;
  /** The entry after which it came. */
  start = -1;
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

  async say(text: string): Promise<void> {
    this.said.push(text);
    await this.conversation.send(text);
  }

  /** Waits until something holds of what it saw. */
  async until(holds: () => boolean): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`waited too long: ${this.summary}`)), 20_000);
    while (!holds()) await Promise.race([this.#news.promise, late]);
    clearTimeout(timer);
  }

  get last(): number {
    return this.seen.at(-1)?.seq ?? this.start;
  }

  get summary(): string {
    const waiting = this.conversation.unanswered.length;
    return `${this.said.length} said, ${this.delivered.length} confirmed, ${waiting} waiting, at ${this.last}`;
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
    if (event.kind === "welcome" && this.start === -1) this.start = event.seq;
    if (event.kind === "welcome") this.#arrived.resolve();
    if (event.kind === "back") this.reconnects++;
    if (event.kind === "unconfirmed") this.unconfirmed.push(event.text);
    if (event.kind === "notice") this.notices.push(event.text);
    if (!("seq" in event) || event.kind === "welcome" || ("history" in event && event.history)) return;
    this.seen.push({
      seq: event.seq,
      time: event.time,
      kind: event.kind,
      text: "text" in event ? event.text : undefined,
    });
    if (event.kind === "said" && event.own) this.delivered.push(event.text);
  }
}

/** Lets many talk while all that was asked for happens to them; gives what they saw when all is quiet again. */
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
  const cutting = (async () => {
    for (let i = 0; i < options.cuts; i++) {
      await delay(options.cutEvery * random());
      proxy.cut(random());
    }
  })();
  await Promise.all([cutting, options.meanwhile?.(random)]);
  over = true;
  await Promise.all(speaking);
  for (const witness of witnesses) await witness.until(() => witness.conversation.unanswered.length === 0);
  const last = Math.max(...witnesses.map((witness) => witness.last));
  for (const witness of witnesses) await witness.until(() => witness.last >= last);
  await Promise.all(witnesses.map((witness) => witness.end()));
  return { witnesses, cuts: proxy.cuts };
}

/** What is wrong with what they saw; nothing where each saw every entry once, in order, and all the same ones. */
export function contradictions(witnesses: Witness[]): string[] {
  const problems: string[] = [];
  const common = new Map<number, string>();
  witnesses.forEach((witness, i) => {
    let before = witness.start;
    for (const entry of witness.seen) {
      if (entry.seq !== before + 1) problems.push(`client ${i} saw entry ${entry.seq} after ${before}`);
      before = entry.seq;
      const text = JSON.stringify(entry);
      const known = common.get(entry.seq) ?? text;
      common.set(entry.seq, known);
      if (known !== text) problems.push(`client ${i} saw ${text} where another saw ${known}`);
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

/**
 * The room: a log, and members that are cursors into it.
 *
 * Saying something drafts an entry. A flush hands the drafts to the log, which numbers them and hands them back as
 * entries, and then moves every cursor that is behind. Nothing here waits for a member, and nothing here knows of
 * sockets: a member's lines go to a {@linkcode Sink}.
 *
 * @module
 */
import type { Cursor, Sink } from "./cursor.ts";
import { Fanout } from "./fanout.ts";
import type { Log } from "./log/log.ts";
import { Names, parseName } from "./names.ts";
import { Presence } from "./presence.ts";
import { Refusal, refusalOf } from "./refusal.ts";
import { Schedule } from "./schedule.ts";
import type { Closed, Draft, Message } from "./wire/entries.ts";
import { VERSION } from "./wire/hello.ts";

/** The most bytes of messages from before that are sent at once: the newest ones. */
const MAX_PAST = 256 * 1024;

const encoder = new TextEncoder();

/** Someone in the room. */
export interface Member {
  /** Unique in the room, regardless of case. */
  name: string;
  /** Secret, and unique in the room: it tells the member's own entries from those of others. */
  readonly key: string;
  /** Where it is in the log, and the way to it. */
  readonly cursor: Cursor;
}

/** How someone comes in. */
export interface Joining {
  /** Where the lines for the member go. */
  cursor: Cursor;
  /** The peer's address: the name of who asks for none. */
  address: string;
  /** The name asked for. Where it cannot be had, the member gets the address and an error line that says why. */
  name?: string;
}

/** A room over a log. It owns its timer, and ends it when disposed of; the log stays its maker's. */
export class Room implements Disposable {
  readonly #log: Log;
  readonly #historyLength: number;
  readonly #fanout: Fanout;
  readonly #schedule = new Schedule(() => this.#flush());
  readonly #presence = new Presence();
  readonly #members = new Map<string, Member>();
  readonly #names = new Names<Member>();
  #drafts: Draft[] = [];
  #afterCommit: (() => void)[] = [];
  #committing = false;
  #closed = false;

  /** `historyLength`: how many messages a newcomer is shown. */
  constructor(log: Log, { historyLength = 20 }: { historyLength?: number } = {}) {
    this.#log = log;
    this.#historyLength = historyLength;
    this.#fanout = new Fanout(log, () => this.#schedule.wake());
    log.follow((entries) => this.#fanout.push(entries));
  }

  /** All members, in the order in which they came. */
  get members(): Member[] {
    return [...this.#members.values()];
  }

  /** Their names. */
  get roster(): string[] {
    return this.members.map((member) => member.name);
  }

  /** How many entries were ever made. */
  get entries(): number {
    return this.#log.last;
  }

  /** How many read more slowly than the others speak. */
  get lagging(): number {
    return this.#fanout.lagging;
  }

  /**
   * The member of this name.
   *
   * @throws {Refusal} where there is none
   */
  find(name: string): Member {
    const member = this.#names.get(name);
    if (member === undefined) throw new Refusal(`no one here is called "${name}"`);
    return member;
  }

  /** Opens a way to someone who is not in the room yet: direct lines only, until it joins. */
  open(sink: Sink): Cursor {
    return this.#fanout.open(sink);
  }

  /** Lets someone read along who is no member and is not announced. */
  watch(sink: Sink): Cursor {
    const cursor = this.open(sink);
    cursor.follow(this.#log.last, "");
    return cursor;
  }

  /**
   * Lets someone in: names it, sends who it is and the last messages, and announces it; one who watched already just
   * goes on. Membership begins at once; it resolves when the announcement is drafted, so that whatever the member does
   * after that follows it.
   */
  async join({ cursor, address, name }: Joining): Promise<Member> {
    const start = await this.#start();
    const member: Member = { name: address, key: crypto.randomUUID(), cursor };
    const refused = name === undefined ? undefined : refusalOf(() => this.#take(name, member));
    if (name === undefined || refused !== undefined) member.name = this.#names.takeAddress(address, member);
    this.#members.set(member.key, member);
    if (!cursor.follows) this.#begin(member, start);
    if (refused !== undefined) cursor.send({ kind: "error", text: refused });
    const announced = Promise.withResolvers<void>();
    this.#presence.joined(member, announced.resolve);
    this.#schedule.wake();
    await announced.promise;
    return member;
  }

  /**
   * Starts a member's stream over: who it is, under another name if it asks for one, the last messages, and then every
   * entry that follows.
   */
  async restart(member: Member, wanted = member.name): Promise<void> {
    const start = await this.#start();
    const refused = wanted === member.name ? undefined : refusalOf(() => this.rename(member, wanted));
    this.#begin(member, start);
    if (refused !== undefined) member.cursor.send({ kind: "error", text: refused });
  }

  /** Says something to everyone, or does it with `action`. */
  broadcast(member: Member, text: string, { action = false }: { action?: boolean } = {}): void {
    this.#drafts.push({ kind: action ? "action" : "said", name: member.name, text, by: member.key });
    this.#schedule.wake();
  }

  /**
   * Says something to one member only; the sender gets it back as the receipt.
   *
   * @throws {Refusal} where there is no such member, or it has not read what it was sent before
   */
  whisper(member: Member, name: string, text: string): void {
    const to = this.find(name);
    if (to.cursor.full) throw new Refusal(`${to.name} is not reading; your message was not sent`);
    to.cursor.send({ kind: "private", name: member.name, text });
    member.cursor.send({ kind: "private", to: to.name, text });
  }

  /**
   * Gives a member another name and tells everyone.
   *
   * @throws {Refusal} where the name is not allowed or is taken
   */
  rename(member: Member, wanted: string): void {
    const before = member.name;
    const name = parseName(wanted);
    if (name === before) throw new Refusal(`you are ${name} already`);
    this.#names.change(before, name, member);
    member.name = name;
    // Who had the name before is told to have left first, or it would look as if its new bearer had.
    this.#drafts.push(...this.#presence.takeLeft(name, performance.now()));
    this.#drafts.push({ kind: "renamed", name: before, to: name });
    this.#schedule.wake();
  }

  /** Sends a member messages from the log; gives their number. */
  async history(member: Member, options: { limit?: number; since?: number }): Promise<number> {
    const past = await this.#log.history({ limit: this.#historyLength, ...options });
    this.#sendPast(member.cursor, member.key, past);
    return past.length;
  }

  /**
   * Lets a member go. It still gets what is in the log, all that it said before included, and `closing` as its last line.
   * Resolves when that was sent or cannot be.
   */
  leave(member: Member, { closing, reason }: { closing: Closed; reason?: string }): Promise<void> {
    this.#members.delete(member.key);
    this.#names.release(member.name);
    if (!this.#closed) this.#presence.left(member, reason);
    const ended = Promise.withResolvers<void>();
    this.#afterCommit.push(() => ended.resolve(member.cursor.end(closing)));
    this.#schedule.wake();
    return ended.promise;
  }

  /** From now on nobody is told any more who leaves, because all do. */
  close(): void {
    this.#closed = true;
  }

  /** Stops flushing. */
  [Symbol.dispose](): void {
    this.#schedule[Symbol.dispose]();
  }

  #take(wanted: string, member: Member): void {
    const name = parseName(wanted);
    this.#names.take(name, member);
    member.name = name;
  }

  /** What a stream starts with: the messages up to the last entry there is. */
  async #start(): Promise<{ seq: number; past: Message[] }> {
    const seq = this.#log.last;
    const past = await this.#log.history({ limit: this.#historyLength });
    return { seq, past: past.filter((message) => message.seq <= seq) };
  }

  #begin({ name, key, cursor }: Member, { seq, past }: { seq: number; past: Message[] }): void {
    cursor.send({ kind: "welcome", version: VERSION, log: this.#log.id, seq, name, taken: 0 });
    this.#sendPast(cursor, key, past);
    cursor.follow(seq, key);
  }

  #sendPast(cursor: Cursor, key: string, past: Message[]): void {
    const now = Date.now();
    const lines = past.map((message) => cursor.format.past(message, { own: message.by === key, now }));
    let size = 0;
    const tooMuch = lines.findLastIndex((line) => (size += encoder.encode(line).length) > MAX_PAST);
    cursor.write(lines.slice(tooMuch + 1).join(""));
  }

  /** Gives when the next flush is wanted. */
  #flush(): number {
    this.#commit();
    this.#fanout.flush();
    if (this.#fanout.lacking > 0) return 0;
    return this.#committing ? Infinity : this.#presence.due;
  }

  /** Hands all drafts to the log. What happens until it has kept them waits for the next commit. */
  #commit(): void {
    if (this.#committing) return;
    const drafts = [...this.#drafts, ...this.#presence.take(performance.now())];
    const then = this.#afterCommit;
    this.#drafts = [];
    this.#afterCommit = [];
    const done = () => then.forEach((run) => run());
    try {
      const kept = drafts.length > 0 ? this.#log.append(drafts) : undefined;
      if (kept === undefined) return done();
      this.#committing = true;
      kept.catch((error) => this.#refuse(drafts, error)).finally(() => {
        this.#committing = false;
        done();
        this.#schedule.wake();
      });
    } catch (error) {
      this.#refuse(drafts, error);
      done();
    }
  }

  /** Tells those who spoke that the log did not take it. */
  #refuse(drafts: Draft[], error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    for (const draft of drafts) {
      if (draft.kind !== "said" && draft.kind !== "action") continue;
      this.#members.get(draft.by)?.cursor.send({
        kind: "error",
        text: `not said, the log cannot keep it: ${why}`,
      });
    }
  }
}

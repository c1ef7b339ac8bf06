/**
 * The room: a log, and members that are cursors into it.
 *
 * Saying something drafts an entry. A flush hands the drafts to the log, which numbers them and hands them back as
 * entries, and then moves every cursor that is behind. Nothing here waits for a member, and nothing here knows of
 * sockets: a member's lines go to a {@linkcode Sink}.
 *
 * @module
 */
import type { Cursor, Sink } from "./fanout/cursor.ts";
import { Fanout } from "./fanout/fanout.ts";
import { Arrivals } from "./room/arrivals.ts";
import { Committer } from "./room/committer.ts";
import type { Log } from "./log/log.ts";
import { type JoinOptions, type Member, Members, type SayOptions } from "./room/members.ts";
import { History } from "./room/history.ts";
import { Presence } from "./room/presence.ts";
import { Refusal, refusalOf } from "./wire/refusal.ts";
import { FlushSchedule } from "./fanout/flush_schedule.ts";
import type { Closed, Direct } from "./wire/entries.ts";

export { MAX_HISTORY_BYTES } from "./room/history.ts";
export { GRACE_MS, MAX_LOST } from "./room/members.ts";
export type { JoinOptions as Joining, Member, SayOptions as Saying } from "./room/members.ts";

/** A room over a log. It owns its timer, and ends it when disposed of; the log stays its maker's. */
export class Room implements Disposable {
  /** What was said before, for members who ask. */
  readonly history: History;
  readonly #log: Log;
  readonly #arrivals: Arrivals;
  readonly #fanout: Fanout;
  readonly #committer: Committer;
  readonly #schedule = new FlushSchedule({
    prepare: () => this.#commit(),
    run: () => this.#fanout.flush(),
    saving: () => this.#fanout.overhead,
    due: () => this.#due,
  });
  readonly #presence = new Presence();
  readonly #members = new Members();
  #closed = false;

  /** `historyLength`: how many messages a newcomer is shown. */
  constructor(log: Log, { historyLength = 20 }: { historyLength?: number } = {}) {
    this.#log = log;
    this.history = new History(log, historyLength, () => this.#settled());
    this.#fanout = new Fanout(log, (lagging) => lagging ? this.#schedule.goOn() : this.#schedule.wake());
    this.#committer = new Committer(log, {
      wake: () => this.#schedule.wake(),
      refused: ({ authorKey: by, line }, why) => this.#tell(by, { kind: "error", text: why, line }),
      changed: (text) => this.members.forEach(({ cursor }) => cursor.send({ kind: "notice", text })),
    });
    this.#arrivals = new Arrivals({
      log,
      members: this.#members,
      presence: this.#presence,
      historyLength,
      settled: () => this.#settled(),
      rename: (member, wanted) => this.rename(member, wanted),
      remove: (member) => this.#remove(member),
      wake: () => this.#schedule.wake(),
    });
    log.follow((entries) => this.#fanout.push(entries));
  }

  /** All members, in the order in which they came. */
  get members(): Member[] {
    return this.#members.all;
  }

  /** Their names. */
  get roster(): string[] {
    return this.members.map((member) => member.name);
  }

  /** The sequence number of the last entry: how many were ever made. */
  get lastSeq(): number {
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
    return this.#members.find(name);
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
   * Lets someone in: names it, sends who it is and the last messages, or what follows after what it has seen, and
   * announces it; one who watched already just goes on, and one who comes back is not announced. Membership begins at
   * once; it resolves when the announcement is drafted, so that whatever the member does after that follows it.
   */
  join(options: JoinOptions): Promise<Member> {
    return this.#arrivals.join(options);
  }

  /**
   * Starts a member's stream over, for one that has said nothing yet: who it is, under another name if it asks for
   * one, and then as {@linkcode Room.join} does. Gives the member that it is from then on.
   */
  restart(member: Member, options: JoinOptions): Promise<Member> {
    return this.#arrivals.restart(member, options);
  }

  /** Says something to everyone, or does it. */
  broadcast({ name, key }: Member, text: string, { action = false, line }: SayOptions = {}): void {
    this.#committer.draft({ kind: action ? "action" : "said", name, text, authorKey: key, line });
    this.#schedule.wake();
  }

  /**
   * Says something to one member only; the sender gets it back as the receipt. What has a number is delivered when that
   * is in the log, so that it cannot be delivered twice.
   *
   * @throws {Refusal} where there is no such member, or it does not read what it is sent
   */
  sendPrivate(member: Member, name: string, text: string, { line }: SayOptions = {}): void {
    this.#receiver(name);
    const deliver = () => {
      const to = this.#receiver(name);
      to.cursor.send({ kind: "private", name: member.name, text });
      this.#tell(member.key, { kind: "private", to: to.name, text, line });
    };
    if (line === undefined) return deliver();
    this.#committer.then((failure) => {
      const why = failure ?? refusalOf(deliver);
      if (why !== undefined) this.#tell(member.key, { kind: "error", text: why, line });
    });
    this.#schedule.wake();
  }

  /**
   * Takes note that what a member says under this number is handled now. Gives whether it is to be: each number is
   * handled once, in ascending order, on whatever connections it comes.
   */
  claimLine(member: Member, line: number): boolean {
    if (line <= member.lastLine) return false;
    member.lastLine = line;
    this.#noteLastLine(member);
    return true;
  }

  /**
   * Gives a member another name and tells everyone.
   *
   * @throws {Refusal} where the name is not allowed or is taken
   */
  rename(member: Member, wanted: string): void {
    const { name } = member;
    this.#members.rename(member, wanted);
    // Who had the name before is told to have left first, or it would look as if its new bearer had.
    this.#committer.draft(...this.#presence.takeLeft(member.name, performance.now()));
    this.#committer.draft({ kind: "renamed", name, to: member.name });
    this.#schedule.wake();
  }

  /**
   * Lets a member go. It still gets what is in the log, all that it said before included, and `closing` as its last line.
   * Resolves when that was sent or cannot be.
   */
  leave(member: Member, { closing, reason }: { closing: Closed; reason?: string }): Promise<void> {
    if (this.#members.has(member)) this.#remove(member, reason);
    return this.part(member, closing);
  }

  /** The same for one whose connection broke: it keeps its name, and nobody sees it leave, unless it does not come back. */
  lose(member: Member, closing: Closed): Promise<void> {
    if (this.#members.has(member)) this.#members.lose(member, performance.now());
    return this.part(member, closing);
  }

  /** The same for a connection of a member that is in the room by another one. */
  async part({ cursor }: Member, closing: Closed): Promise<void> {
    await this.#settled();
    await cursor.end(closing);
  }

  /** Whether nothing reaches a member for now, because its connection broke. */
  isLost(member: Member): boolean {
    return this.#members.isLost(member);
  }

  /** From now on nobody is told any more who leaves, because all do. */
  beginShutdown(): void {
    this.#closed = true;
  }

  /** Stops flushing. */
  [Symbol.dispose](): void {
    this.#schedule[Symbol.dispose]();
  }

  /** Resolves when all that was said so far is in the log, or was refused. */
  #settled(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#committer.then(() => resolve());
    this.#schedule.wake();
    return promise;
  }

  #remove(member: Member, reason?: string): void {
    this.#members.remove(member);
    this.#noteLastLine(member);
    if (!this.#closed) this.#presence.left(member, reason);
  }

  #noteLastLine({ key, lastLine, resumable }: Member): void {
    if (resumable && lastLine > 0) this.#committer.noteLastLine(key, lastLine);
    this.#schedule.wake();
  }

  #receiver(name: string): Member {
    const to = this.#members.find(name);
    if (this.#members.isLost(to)) {
      throw new Refusal(`${to.name} has lost the connection; your message was not sent`);
    }
    if (to.cursor.full) throw new Refusal(`${to.name} is not reading; your message was not sent`);
    return to;
  }

  /** Sends a line to the member with this key, on whatever connection it is by now. */
  #tell(key: string, line: Direct): void {
    this.#members.get(key)?.cursor.send(line);
  }

  #commit(): void {
    const now = performance.now();
    for (const member of this.#members.overdue(now)) this.#remove(member, "connection lost");
    if (!this.#committer.committing) this.#committer.draft(...this.#presence.take(now));
    this.#committer.commit(now);
  }

  /** When the next flush is wanted. */
  get #due(): number {
    if (this.#fanout.lacking > 0) return 0;
    const due = Math.min(this.#members.due, this.#committer.due);
    return this.#committer.committing ? due : Math.min(due, this.#presence.due);
  }
}

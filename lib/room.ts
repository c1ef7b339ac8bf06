/**
 * The room: a log, and members that are cursors into it.
 *
 * Saying something drafts an entry. A flush hands the drafts to the log, which numbers them and hands them back as
 * entries, and then moves every cursor that is behind. Nothing here waits for a member, and nothing here knows about
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
import { PrivateMessages } from "./room/private_messages.ts";
import { FlushSchedule } from "./fanout/flush_schedule.ts";
import type { Closed } from "./wire/entries.ts";

export { MAX_HISTORY_BYTES } from "./room/history.ts";
export { GRACE_MS, MAX_LOST } from "./room/members.ts";
export type { JoinOptions, Member, SayOptions } from "./room/members.ts";

/** A room over a log. It owns its timer and stops it when disposed of; the log belongs to whoever opened it. */
export class Room implements Disposable {
  /** Past messages, for members who ask for them. */
  readonly history: History;
  readonly #log: Log;
  readonly #arrivals: Arrivals;
  readonly #fanout: Fanout;
  readonly #committer: Committer;
  readonly #private: PrivateMessages;
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
    this.history = new History(log, () => this.#settled());
    this.#fanout = new Fanout(log, (lagging) => lagging ? this.#schedule.goOn() : this.#schedule.wake());
    this.#committer = new Committer(log, {
      wake: () => this.#schedule.wake(),
      refused: ({ authorKey, line }, why) =>
        this.#members.tell(authorKey, { kind: "error", text: why, line }),
      changed: (text) => this.members.forEach(({ cursor }) => cursor.send({ kind: "notice", text })),
    });
    this.#private = new PrivateMessages(this.#members, this.#committer);
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
    log.follow((entries) => this.#fanout.push(entries), (reason) => this.#committer.trouble(reason));
  }

  /** All members, in the order in which they joined. */
  get members(): Member[] {
    return this.#members.all;
  }

  /** Their names. */
  get roster(): string[] {
    return this.members.map((member) => member.name);
  }

  /** The sequence number of the last entry, which is also how many there have ever been. */
  get lastSeq(): number {
    return this.#log.last;
  }

  /** How many members read more slowly than the others speak. */
  get lagging(): number {
    return this.#fanout.lagging;
  }

  /**
   * Finds the member with this name.
   *
   * @throws {Refusal} if there is none
   */
  find(name: string): Member {
    return this.#members.find(name);
  }

  /** Opens a cursor for someone who is not in the room yet: it carries direct lines only, until they join. */
  open(sink: Sink): Cursor {
    return this.#fanout.open(sink);
  }

  /** Opens a cursor that follows the log without joining. */
  watch(sink: Sink): Cursor {
    const cursor = this.open(sink);
    cursor.follow(this.#log.last, "");
    return cursor;
  }

  /**
   * Lets someone in: gives them a name, sends them a welcome and either recent messages or whatever follows what they
   * have seen, and announces them. A cursor that follows already keeps its position, and a member that comes back is not announced.
   * Membership begins at once; the promise resolves once the announcement is drafted, so that anything the member does
   * afterwards comes after it.
   */
  join(options: JoinOptions): Promise<Member> {
    return this.#arrivals.join(options);
  }

  /**
   * Restarts the stream of a member that has said nothing yet: a welcome, under another name if it asks for one,
   * and then the same as {@linkcode Room.join}. Returns the member that takes its place.
   */
  restart(member: Member, options: JoinOptions): Promise<Member> {
    return this.#arrivals.restart(member, options);
  }

  /** Says something to everyone, or, as an action, does it. */
  broadcast({ name, key }: Member, text: string, { action = false, line }: SayOptions = {}): void {
    this.#committer.draft({ kind: action ? "action" : "said", name, text, authorKey: key, line });
    this.#schedule.wake();
  }

  /**
   * Says something to one member only; the sender gets it back as a receipt. A numbered message is delivered once its
   * number is in the log, so that it cannot be delivered twice.
   *
   * @throws {Refusal} if there is no such member, or it does not read what it is sent
   */
  sendPrivate(member: Member, name: string, text: string, { line }: SayOptions = {}): void {
    this.#private.send(member, { to: name, text, line });
    this.#schedule.wake();
  }

  /**
   * Records that a member's line with this number is being handled. Returns whether it should be: each number is
   * handled once, in ascending order, whichever connection it comes on.
   */
  claimLine(member: Member, line: number): boolean {
    if (line <= member.lastLine) return false;
    member.lastLine = line;
    this.#noteLastLine(member);
    return true;
  }

  /**
   * Renames a member, and tells everyone.
   *
   * @throws {Refusal} if the name is not allowed or is taken
   */
  rename(member: Member, wanted: string): void {
    const { name } = member;
    this.#members.rename(member, wanted);
    // Announce first that the name's previous holder left, or it would look as if the new one had.
    this.#committer.draft(...this.#presence.takeLeft(member.name, performance.now()));
    this.#committer.draft({ kind: "renamed", name, to: member.name });
    this.#schedule.wake();
  }

  /**
   * Lets a member go. It still gets what is in the log, including everything it said itself, and `closing` as its last
   * line. Resolves when that was sent or cannot be.
   */
  leave(member: Member, { closing, reason }: { closing: Closed; reason?: string }): Promise<void> {
    if (this.#members.has(member)) this.#remove(member, reason);
    return this.part(member, closing);
  }

  /** Lets the connection of a member go that broke: the member keeps its name, and is seen to leave only if it does not come back in time. */
  lose(member: Member, closing: Closed): Promise<void> {
    if (this.#members.has(member)) this.#members.lose(member, performance.now());
    return this.part(member, closing);
  }

  /** Lets one connection of a member go that is in the room on another one. */
  async part({ cursor }: Member, closing: Closed): Promise<void> {
    await this.#settled();
    await cursor.end(closing);
  }

  /** Whether a member cannot be reached for now, because its connection broke. */
  isLost(member: Member): boolean {
    return this.#members.isLost(member);
  }

  /** Stops announcing who leaves, because from now on everyone does. */
  beginShutdown(): void {
    this.#closed = true;
  }

  /** Stops flushing. */
  [Symbol.dispose](): void {
    this.#schedule[Symbol.dispose]();
  }

  /** Resolves when everything said so far is in the log, or was refused. */
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

/**
 * A room: a log, and members that are cursors into it.
 *
 * Saying something drafts an entry. A flush hands the drafts to the log, which numbers them and hands them back as
 * entries, and then moves every cursor that is behind. Nothing here waits for a member, and nothing here knows about
 * sockets: a member's lines go to a {@linkcode Sink}. The rooms of a server, and who moves between them, are in
 * `rooms.ts`.
 *
 * @module
 */
import type { Cursor, Sink } from "./fanout/cursor.ts";
import { Fanout } from "./fanout/fanout.ts";
import { type FlushRequests, FlushSchedule } from "./fanout/flush_schedule.ts";
import type { Log } from "./log/log.ts";
import { Arrivals } from "./room/arrivals.ts";
import { Attendance } from "./room/attendance.ts";
import { Committer } from "./room/committer.ts";
import { History } from "./room/history.ts";
import type { JoinOptions, Member, Person, SayOptions, Whereabouts } from "./room/member.ts";
import { PrivateMessages } from "./room/private_messages.ts";
import { Roster } from "./room/roster.ts";
import { type Closed, type Entry, isMessage, type RoomSummary } from "./wire/entries.ts";
import type { Resume } from "./wire/hello.ts";
import { LOBBY } from "./wire/names.ts";

export { MAX_HISTORY_BYTES } from "./room/history.ts";
export type { JoinOptions, Member, Person, SayOptions } from "./room/member.ts";
export { GRACE_MS, MAX_LOST, Roster } from "./room/roster.ts";

/** How long, in milliseconds, those who watch a room that ends have to read the rest. */
const WATCHING_DRAIN_MS = 1000;

/** What a room is, besides its log. */
export interface RoomOptions {
  /** Its name; the lobby without it. */
  name?: string;
  /** What the server is called. */
  title?: string;
  /** Everyone on the server. */
  roster?: Roster;
  /** Runs the flushes of all rooms of the server; without it, the room has one of its own. */
  schedule?: FlushSchedule;
  /** How many messages a newcomer is shown; 20 without it. */
  historyLength?: number;
  /** How many messages were said in it before. */
  messages?: number;
  /** Called with what the log has handed back. */
  happened?(entries: readonly Entry[]): void;
  /** Called when someone has come, gone, or was renamed. */
  changed?(): void;
}

/** A room over a log. It asks for no more flushes when disposed of; the log belongs to whoever opened it. */
export class Room implements Disposable, Whereabouts {
  /** Its name. */
  readonly name: string;
  /** Past messages, for members who ask for them. */
  readonly history: History;
  readonly #log: Log;
  readonly #roster: Roster;
  readonly #options: RoomOptions;
  readonly #arrivals: Arrivals;
  readonly #fanout: Fanout;
  readonly #committer: Committer;
  readonly #private: PrivateMessages;
  readonly #flushes: FlushRequests;
  readonly #attendance = new Attendance((...drafts) => this.#committer.draft(...drafts));
  /** The cursors that follow without being anybody's. */
  readonly #watching = new Set<Cursor>();
  #messages: number;
  #closed = false;

  /** See {@linkcode RoomOptions}. */
  constructor(log: Log, options: RoomOptions = {}) {
    const { name = LOBBY, title, roster = new Roster(), historyLength = 20, messages = 0 } = options;
    this.#flushes = (options.schedule ?? new FlushSchedule()).add({
      prepare: () => this.#commit(),
      run: (turn) => this.#fanout.flush(turn),
      saving: () => this.#fanout.overhead,
      due: () => this.#due,
    });
    this.name = name;
    this.#log = log;
    this.#roster = roster;
    this.#options = options;
    this.#messages = messages;
    this.history = new History(log, () => this.settled());
    this.#fanout = new Fanout(log, (lagging) => lagging ? this.#flushes.goOn() : this.#flushes.wake(), {
      removed: () => this.#options.changed?.(),
    });
    this.#committer = new Committer(log, {
      wake: () => this.#flushes.wake(),
      refused: ({ authorKey, line }, why) => roster.tell(authorKey, { kind: "error", text: why, line }),
      changed: (text) => this.members.forEach(({ cursor }) => cursor.send({ kind: "notice", text })),
    });
    this.#private = new PrivateMessages(roster, this.#committer);
    this.#arrivals = new Arrivals({
      room: this,
      title,
      log,
      roster,
      historyLength,
      enter: (member) => this.#enter(member),
    });
    log.follow((entries) => this.#take(entries), (reason) => this.#committer.trouble(reason));
  }

  /** All members, in the order in which they joined. */
  get members(): Member[] {
    return this.#attendance.members;
  }

  /** The names of the people in it. */
  get roster(): string[] {
    return this.#attendance.people.map(({ name }) => name);
  }

  /** What is told of it to those who are elsewhere. */
  get summary(): RoomSummary {
    return { name: this.name, members: this.#attendance.size, messages: this.#messages };
  }

  /** The sequence number of the last entry. */
  get lastSeq(): number {
    return this.#log.last;
  }

  /** How many members read more slowly than the others speak. */
  get lagging(): number {
    return this.#fanout.lagging;
  }

  /** Whether nobody is in it, and nobody who was is still being sent something. */
  get empty(): boolean {
    return this.#attendance.size === 0 && this.#fanout.size <= this.#watching.size;
  }

  /** Opens a cursor for someone who is not in the room yet: it carries direct lines only, until they join. */
  open(sink: Sink): Cursor {
    return this.#fanout.open(sink);
  }

  /** Opens a cursor that follows the log without joining. */
  watch(sink: Sink): Cursor {
    const cursor = this.open(sink);
    this.#watching.add(cursor);
    cursor.follow(this.#log.last, "");
    return cursor;
  }

  /** Shows someone who has not joined the last messages, and then what happens, unless they are `gone` by then. */
  readAlong(cursor: Cursor, gone: () => boolean): Promise<void> {
    return this.#arrivals.readAlong(cursor, gone);
  }

  /** Ends that; returns the place that they have read up to, if they have begun. */
  stopReading(cursor: Cursor): Resume | undefined {
    return cursor.follows ? { log: this.#log.id, since: cursor.unfollow() } : undefined;
  }

  /**
   * Lets someone in: gives them a name, sends them a welcome and either recent messages or whatever follows what they
   * have seen, and announces them. A cursor that follows this room already keeps its position, and a member that comes back is not announced.
   * Membership begins at once; the promise resolves once the announcement is drafted, so that anything the member does
   * afterwards comes after it.
   */
  join(options: JoinOptions): Promise<Member> {
    options.cursor.moveTo(this.#fanout);
    return this.#arrivals.join(options);
  }

  /**
   * Restarts the stream of a member that has said nothing yet: a welcome, under another name if it asks for one,
   * and then the same as {@linkcode Room.join}. Returns the member that takes its place.
   */
  restart(member: Member, options: JoinOptions): Promise<Member> {
    member.cursor.moveTo(this.#fanout);
    return this.#arrivals.restart(member, options);
  }

  /**
   * Lets a member in that is in another room, once it has been given all that it said there, and nothing of what it says
   * is still to be kept there. Does nothing if it has left meanwhile, or is about to, of which `gone` tells.
   */
  receive(member: Member, gone: () => boolean = () => false): Promise<void> {
    return this.#arrivals.receive(member, { gone, moveCursor: () => member.cursor.moveTo(this.#fanout) });
  }

  /** Says something to everyone, or, as an action, does it. */
  broadcast(member: Member, text: string, { action = false, line }: SayOptions = {}): void {
    const { name, key } = member;
    this.#committer.draft({ kind: action ? "action" : "said", name, text, authorKey: key, line });
    this.#roster.spoke(member);
    this.#flushes.wake();
  }

  /**
   * Says something to one person only; the sender gets it back as a receipt. A numbered message is delivered once its
   * number is in the log, so that it cannot be delivered twice.
   *
   * @throws {Refusal} if there is no such person, or they do not read what they are sent
   */
  sendPrivate(member: Member, name: string, text: string, { line }: SayOptions = {}): void {
    this.#private.send(member, { to: name, text, line });
    this.#flushes.wake();
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

  renamed(person: Person, before: string): void {
    this.#attendance.renamed(person, before);
    this.#changed();
  }

  merged(person: Person, into: Person): void {
    this.#attendance.merged(person, into);
    this.#changed();
  }

  /**
   * Lets a member go. It still gets what is in the log, including everything it said itself, and `closing` as its last
   * line. Resolves when that was sent or cannot be.
   */
  leave(member: Member, { closing, reason }: { closing: Closed; reason?: string }): Promise<void> {
    if (this.#roster.has(member)) this.#roster.remove(member, reason);
    return this.part(member, closing);
  }

  /** Lets the connection of a member go that broke: the member keeps its name, and is seen to leave only if it does not come back in time. */
  lose(member: Member, closing: Closed): Promise<void> {
    if (this.#roster.has(member)) this.#roster.lose(member, performance.now());
    return this.part(member, closing);
  }

  /** Lets one connection of a member go that is in the room on another one. */
  async part({ cursor }: Member, closing: Closed): Promise<void> {
    await this.settled();
    await cursor.end(closing);
  }

  remove(member: Member, reason?: string): void {
    this.#noteLastLine(member);
    this.#attendance.remove(member, { reason, silently: this.#closed });
    this.#changed();
  }

  settled(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#committer.then(() => resolve());
    this.#flushes.wake();
    return promise;
  }

  /** Stops announcing who leaves, because from now on everyone does. */
  beginShutdown(): void {
    this.#closed = true;
  }

  /** Tells, at once, who came and went; resolves when that is in the log, or was refused, and those who watch have read it. */
  async finish(): Promise<void> {
    this.#attendance.tellAll();
    await this.settled();
    const watching = [...this.#watching];
    const late = setTimeout(() => watching.forEach((cursor) => cursor.close()), WATCHING_DRAIN_MS);
    await Promise.all(watching.map((cursor) => cursor.end()));
    clearTimeout(late);
  }

  /** Stops flushing. */
  [Symbol.dispose](): void {
    this.#flushes[Symbol.dispose]();
  }

  #enter(member: Member): void {
    this.#attendance.enter(member);
    this.#changed();
  }

  #take(entries: Entry[]): void {
    for (const entry of entries) if (isMessage(entry)) this.#messages++;
    this.#fanout.push(entries);
    this.#options.happened?.(entries);
  }

  #changed(): void {
    this.#flushes.wake();
    this.#options.changed?.();
  }

  #noteLastLine({ key, lastLine: line, source, resumable }: Member): void {
    if (resumable && line > 0) this.#committer.noteLastLine(key, { line, source });
    this.#flushes.wake();
  }

  #commit(): void {
    const now = performance.now();
    for (const member of this.#roster.overdue(now)) this.#roster.remove(member, "connection lost");
    if (!this.#committer.committing) this.#attendance.tell(now);
    this.#committer.commit(now);
  }

  /** When the next flush is wanted. */
  get #due(): number {
    if (this.#fanout.lacking > 0) return 0;
    const due = Math.min(this.#roster.due, this.#committer.due);
    return this.#committer.committing ? due : Math.min(due, this.#attendance.due);
  }
}

import type { Cursor } from "../fanout/cursor.ts";
import type { Log } from "../log/log.ts";
import { VERSION } from "../wire/hello.ts";
import { Refusal, refusalOf } from "../wire/refusal.ts";
import { sendHistory } from "./history.ts";
import { type JoinOptions, Member, type Whereabouts } from "./member.ts";
import { findStart, type StreamStart } from "./resume.ts";
import type { Roster } from "./roster.ts";

/** What takes part when someone arrives. */
export interface ArrivalsOptions {
  /** The room. */
  room: Whereabouts;
  /** What the server is called. */
  title?: string;
  /** The room's log. */
  log: Log;
  /** Everyone on the server. */
  roster: Roster;
  /** How many messages a newcomer is shown. */
  historyLength: number;
  /** Takes a member in, and announces the person if it is their first one there. */
  enter(member: Member): void;
}

/** How a member is received that comes from another room. */
export interface ReceiveOptions {
  /** Whether it has left meanwhile, or is about to. */
  gone(): boolean;
  /** Leads its cursor here. */
  moveCursor(): void;
}

/** Brings people into a room: for the first time, on another connection, from another room, or again on the same one. */
export class Arrivals {
  readonly #options: ArrivalsOptions;

  /** See {@linkcode ArrivalsOptions}. */
  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  /** See {@linkcode Room.join}. */
  async join(options: JoinOptions): Promise<Member> {
    const { cursor, client = "" } = options;
    const { room, roster, enter } = this.#options;
    const { start, lastLine } = await this.#prepare(options);
    if (options.gone?.()) throw new Refusal("the connection was closed before it joined");
    const before = roster.get(client);
    if (before !== undefined) this.#detach(before);
    const { person, refused } = roster.identify(options);
    const member = new Member(person, room, options);
    member.lastLine = Math.max(lastLine, before?.lastLine ?? 0);
    roster.add(member);
    enter(member);
    // After it: a person who goes on in the same room is not seen to leave.
    before?.room.remove(before);
    if (!cursor.follows) this.#begin(member, start);
    if (refused !== undefined) cursor.send({ kind: "error", text: refused });
    await member.announced;
    return member;
  }

  /** See {@linkcode Room.readAlong}. */
  async readAlong(cursor: Cursor, gone: () => boolean): Promise<void> {
    const { seq, history } = await this.#findStart({});
    if (gone()) return;
    sendHistory(cursor, "", history);
    cursor.follow(seq, "");
  }

  /** See {@linkcode Room.restart}. */
  async restart(member: Member, options: JoinOptions): Promise<Member> {
    const { name = member.name, client = member.key, identity = member.identity } = options;
    const { room, roster } = this.#options;
    if (client !== member.key || identity !== member.identity || options.watch || member.room !== room) {
      roster.remove(member);
      member.cursor.unfollow();
      return await this.join(options);
    }
    const { start } = await this.#prepare({ ...options, client: undefined });
    const refused = name === member.name ? undefined : refusalOf(() => roster.rename(member.person, name));
    this.#begin(member, start);
    if (refused !== undefined) member.cursor.send({ kind: "error", text: refused });
    return member;
  }

  /** See {@linkcode Room.receive}. */
  async receive(member: Member, { gone, moveCursor }: ReceiveOptions): Promise<void> {
    const { room, roster, enter } = this.#options;
    await member.room.settled();
    await member.cursor.caughtUp();
    const start = await this.#findStart({});
    if (gone() || !roster.has(member) || roster.isLost(member)) return;
    const from = member.room;
    member.room = room;
    enter(member);
    from.remove(member);
    moveCursor();
    this.#begin(member, start);
    await member.announced;
  }

  /** Waits for whatever must precede an arrival: above all, that what was said on another connection is in the log. */
  async #prepare(options: JoinOptions): Promise<{ start: StreamStart; lastLine: number }> {
    const { client = "" } = options;
    const { log, roster } = this.#options;
    const before = roster.get(client);
    if (before !== undefined) {
      this.#detach(before);
      await before.room.settled();
    }
    return { start: await this.#findStart(options), lastLine: await log.lastLine(client) };
  }

  async #findStart({ resume, seen }: Pick<JoinOptions, "resume" | "seen">): Promise<StreamStart> {
    const { log, historyLength } = this.#options;
    return await findStart(log, { historyLength, resume, seen });
  }

  /** Takes a member off the connection that it had, because it comes back on another one. */
  #detach(member: Member): void {
    const { roster } = this.#options;
    if (roster.isLost(member)) return;
    roster.lose(member, performance.now());
    member.replaced?.();
  }

  #begin({ name, key, cursor, lastLine }: Member, { seq, messages, history, notice }: StreamStart): void {
    const { log: { id }, room, title } = this.#options;
    cursor.send({
      kind: "welcome",
      version: VERSION,
      log: id,
      seq,
      name,
      taken: lastLine,
      room: room.name,
      title,
      messages,
    });
    if (notice !== undefined) cursor.send({ kind: "notice", text: notice });
    sendHistory(cursor, key, history);
    cursor.follow(seq, key);
  }
}

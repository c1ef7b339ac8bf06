import type { Log } from "../log/log.ts";
import { VERSION } from "../wire/hello.ts";
import { Refusal, refusalOf } from "../wire/refusal.ts";
import { sendHistory } from "./history.ts";
import type { JoinOptions, Member, Members } from "./members.ts";
import type { Presence } from "./presence.ts";
import { findStart, type StreamStart } from "./resume.ts";

/** The parts of a room that take part when someone arrives. */
export interface ArrivalsOptions {
  /** The room's log. */
  log: Log;
  /** Who is in it. */
  members: Members;
  /** Gathers arrivals and departures to be announced. */
  presence: Presence;
  /** How many messages a newcomer is shown. */
  historyLength: number;
  /** Resolves when everything said so far is in the log, or was refused. */
  settled(): Promise<void>;
  /** Renames a member and tells everyone; see {@linkcode Room.rename}. */
  rename(member: Member, wanted: string): void;
  /** Takes a member out. */
  remove(member: Member): void;
  /** Requests a flush. */
  wake(): void;
}

/** Brings people into a room: for the first time, on another connection, or again on the same one. */
export class Arrivals {
  readonly #options: ArrivalsOptions;

  /** See {@linkcode ArrivalsOptions}. */
  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  /** See {@linkcode Room.join}. */
  async join(options: JoinOptions): Promise<Member> {
    const { cursor, address, name, client, replaced } = options;
    const { members, presence, rename, wake } = this.#options;
    const { start, lastLine } = await this.#prepare(options);
    if (options.gone?.()) throw new Refusal("the connection was closed before it joined");
    const before = client === undefined ? undefined : members.get(client);
    const announced = Promise.withResolvers<void>();
    const member: Member = {
      name: before?.name ?? address,
      key: client ?? crypto.randomUUID(),
      cursor,
      resumable: client !== undefined,
      lastLine: Math.max(lastLine, before?.lastLine ?? 0),
      announced: before?.announced ?? announced.promise,
      replaced,
    };
    let refused;
    if (before === undefined) {
      refused = members.add(member, address, name);
      presence.joined(member, announced.resolve);
    } else {
      this.#detach(before);
      members.replace(before, member);
      if (name !== undefined && name !== member.name) refused = refusalOf(() => rename(member, name));
    }
    if (!cursor.follows) this.#begin(member, start);
    if (refused !== undefined) cursor.send({ kind: "error", text: refused });
    wake();
    await member.announced;
    return member;
  }

  /** See {@linkcode Room.restart}. */
  async restart(member: Member, options: JoinOptions): Promise<Member> {
    const { name = member.name, client = member.key } = options;
    const { rename, remove } = this.#options;
    if (client !== member.key) {
      remove(member);
      member.cursor.unfollow();
      return await this.join(options);
    }
    const { start } = await this.#prepare({ ...options, client: undefined });
    const refused = name === member.name ? undefined : refusalOf(() => rename(member, name));
    this.#begin(member, start);
    if (refused !== undefined) member.cursor.send({ kind: "error", text: refused });
    return member;
  }

  /** Waits for whatever must precede an arrival: above all, that what was said on another connection is in the log. */
  async #prepare({ client = "", resume }: JoinOptions): Promise<{ start: StreamStart; lastLine: number }> {
    const { log, members, historyLength, settled } = this.#options;
    const before = members.get(client);
    if (before !== undefined) {
      this.#detach(before);
      await settled();
    }
    const start = await findStart(log, historyLength, resume);
    return { start, lastLine: await log.lastLine(client) };
  }

  /** Takes a member off the connection that it had, because it comes back on another one. */
  #detach(member: Member): void {
    const { members } = this.#options;
    if (members.isLost(member)) return;
    members.lose(member, performance.now());
    member.replaced?.();
  }

  #begin({ name, key, cursor, lastLine }: Member, { seq, history, notice }: StreamStart): void {
    const { id } = this.#options.log;
    cursor.send({ kind: "welcome", version: VERSION, log: id, seq, name, taken: lastLine });
    if (notice !== undefined) cursor.send({ kind: "notice", text: notice });
    sendHistory(cursor, key, history);
    cursor.follow(seq, key);
  }
}

import type { Cursor } from "../fanout/cursor.ts";
import type { Member } from "../room.ts";
import type { Closed } from "../wire/entries.ts";
import type { Line } from "../wire/lines.ts";
import { Refusal } from "../wire/refusal.ts";
import type { Origin } from "./access/bans.ts";
import type { Throttle } from "./access/throttle.ts";
import type { MemberContext } from "./commands/command.ts";
import { MEMBER_COMMANDS } from "./commands/member.ts";
import type { CommandTable } from "./commands/table.ts";
import { BYE, fault } from "./disconnects.ts";
import type { Membership } from "./membership.ts";
import { type ParsedLine, parseLine } from "./parse_line.ts";
import type { OperatorClaim, SessionServices } from "./session_context.ts";

/** What a member's lines are carried out with. */
export interface MemberLinesOptions {
  /** Where they come from. */
  origin: Origin;
  /** What all sessions share. */
  services: SessionServices;
  /** Whose they are. */
  membership: Membership;
  /** The way to the peer, for answers. */
  cursor: Cursor;
  /** Delays them. */
  throttle: Throttle;
  /** Whether the session has ended or is about to. */
  closing(): boolean;
  /** Ends the session; the others are told `reason`. */
  close(closing: Closed, reason?: string): void;
}

/** Carries out what a member says, once it is paid for. */
export class MemberLines {
  readonly #options: MemberLinesOptions;
  #context?: MemberContext;
  /** More than a member's, once the operator's password was given. */
  #commands: CommandTable<MemberContext> = MEMBER_COMMANDS;
  /** The tries at that password. */
  #claim?: OperatorClaim;

  /** See {@linkcode MemberLinesOptions}. */
  constructor(options: MemberLinesOptions) {
    this.#options = options;
  }

  /**
   * Takes a line of this size; `head` is how it begins, if it is too long. Synchronous if possible, so that a burst of
   * lines does not cost a turn of the event loop each.
   */
  take(line: Line, { bytes, head }: { bytes: number; head?: string }): void | Promise<void> {
    const { services, throttle, cursor } = this.#options;
    const input = parseLine(line, { bytes, head, maxLine: services.maxLine, commands: this.#commands });
    if (input.tooLong) services.stats.count("lines too long");
    const wait = throttle.charge(input.cost);
    return wait > 0 || cursor.full ? this.#handleLater(input, wait) : this.#handle(input);
  }

  #handle({ command, text, line }: ParsedLine<MemberContext>): void | Promise<void> {
    const { member } = this.#options.membership;
    if (member === undefined) return;
    if (this.#context?.member !== member) this.#context = this.#contextFor(member);
    const context = line === undefined ? this.#context : { ...this.#context, line };
    if (line !== undefined && !context.room.claimLine(member, line)) return;
    try {
      return command.run(context, text)?.catch((error) => this.#refuse(error, line));
    } catch (error) {
      this.#refuse(error, line);
    }
  }

  async #handleLater(input: ParsedLine<MemberContext>, wait: number): Promise<void> {
    const { throttle, cursor, closing } = this.#options;
    await throttle.pause(wait);
    await cursor.drained();
    if (!closing()) await this.#handle(input);
  }

  #refuse(error: unknown, line?: number): void {
    if (!(error instanceof Refusal)) throw error;
    this.#options.cursor.send({ kind: "error", text: error.message, line });
  }

  #contextFor(member: Member): MemberContext {
    const { services: { rooms }, membership, cursor, close } = this.#options;
    return {
      rooms,
      get room() {
        return rooms.of(member);
      },
      member,
      commands: this.#commands,
      reply: (text, as) => cursor.send({ kind: "notice", text, ...as }),
      use: (format) => cursor.format = format,
      move: (room) => membership.move(room),
      becomeOperator: (password) => this.#becomeOperator(password),
      quit: (reason) => close(BYE, reason),
    };
  }

  async #becomeOperator(password: string): Promise<void> {
    const { origin, services: { operators }, throttle, close } = this.#options;
    if (operators === undefined) {
      throw new Refusal(
        "this server has no operator's password: whoever sits at its terminal is the operator",
      );
    }
    this.#claim ??= operators.claim(origin);
    const verdict = this.#claim.check(password);
    if (!verdict.admitted) {
      if (verdict.last) return close(fault(verdict.why));
      await throttle.pause(verdict.wait);
      throw new Refusal(verdict.why);
    }
    this.#commands = operators.commands;
    this.#context = undefined;
  }
}

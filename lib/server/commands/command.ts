import type { Member, Room } from "../../room.ts";
import type { Rooms } from "../../rooms.ts";
import { callOf, type CommandInfo, findCommand } from "../../wire/commands.ts";
import type { Notice } from "../../wire/entries.ts";
import type { Format } from "../../wire/formats/format.ts";
import { Refusal } from "../../wire/refusal.ts";

/** What every command can use, on behalf of the member who gave it. */
export interface CommandContext {
  /** All rooms. */
  readonly rooms: Rooms;
  /** The room that the member is in now. */
  readonly room: Room;
  /** The member who gave the command. */
  readonly member: Member;
  /** What `/help` lists. */
  readonly commands: { readonly help: string[] };
  /** The number under which this is to be done once, if it has one. Commands with `once` in the table pass it on to the room. */
  readonly line?: number;
  /** Sends a line to this member only. */
  reply(text: string, as?: ReplyOptions): void;
}

/** What a reply is, besides its text. */
export type ReplyOptions = { kind?: "notice" | "pong" } & Pick<Notice, "names" | "rooms">;

/** What a command can also use, for a member on a connection. */
export interface MemberContext extends CommandContext {
  /** Switches the output format. */
  use(format: Format): void;
  /**
   * Moves to another room.
   *
   * @throws {Refusal} if it cannot be joined
   */
  move(room: string): Promise<void>;
  /**
   * Gets the operator's commands.
   *
   * @throws {Refusal} if the password is wrong, or there is none
   */
  becomeOperator(password: string): Promise<void>;
  /** Leaves the room, with a reason that is shown to the others. */
  quit(reason?: string): void;
}

/**
 * Carries a command out. `text` is what follows the name, trimmed.
 *
 * @throws {Refusal} if it cannot be done; the member is sent the message
 */
export type Run<C> = (context: C, text: string) => void | Promise<void>;

/** A command with its implementation. */
export interface Command<C = CommandContext> extends CommandInfo {
  /** Carries it out. */
  readonly run: Run<C>;
}

/** A refusal of a command that lacks an argument: a question, and the command's usage. */
export function lacks(name: string, question: string): Refusal {
  return new Refusal(`${question} ${callOf(findCommand(name)!)}`);
}

import type { Member, Room } from "../../room.ts";
import { callOf, type CommandInfo, findCommand } from "../../wire/commands.ts";
import type { Format } from "../../wire/formats/format.ts";
import { Refusal } from "../../wire/refusal.ts";

/** What every command may do, for the member who gave it. */
export interface CommandContext {
  /** The room that the member is in. */
  readonly room: Room;
  /** Who gave the command. */
  readonly member: Member;
  /** What `/help` lists. */
  readonly commands: { readonly help: string[] };
  /** The number under which this is to be done once, if it has one. */
  readonly line?: number;
  /** Answers with a line for this member alone. */
  reply(text: string, as?: { kind?: "notice" | "pong"; names?: readonly string[] }): void;
}

/** What a command may do besides, for a member on a connection. */
export interface MemberContext extends CommandContext {
  /** Switches the output format. */
  use(format: Format): void;
  /** Leaves the room, with a reason that is shown to the others. */
  quit(reason?: string): void;
}

/**
 * Carries a command out. `text` is what came after the name, without white space around it.
 *
 * @throws {Refusal} if it cannot be done; the member gets the message
 */
export type Run<C> = (context: C, text: string) => void | Promise<void>;

/** A command that can be given, with what carries it out. */
export interface Command<C = CommandContext> extends CommandInfo {
  /** Carries it out. */
  readonly run: Run<C>;
}

/** Says that a command lacks something: a question, and how it is given. */
export function lacks(name: string, question: string): Refusal {
  return new Refusal(`${question} ${callOf(findCommand(name)!)}`);
}

import type { Member, Room } from "../../room.ts";
import type { Format } from "../../wire/formats/format.ts";
import type { Sessions } from "../sessions.ts";
import type { Stats } from "../stats.ts";

/** What every command may do, for the member who gave it. */
export interface CommandContext {
  /** The room that the member is in. */
  readonly room: Room;
  /** Who gave the command. */
  readonly member: Member;
  /** What `/help` lists. */
  readonly commands: { readonly help: string[] };
  /** The number under which this is to be done once, where it has one. */
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

/** What a command may do besides, for the operator at the server's terminal. */
export interface OperatorContext extends CommandContext {
  /** All sessions. */
  readonly sessions: Sessions;
  /** What was counted. */
  readonly stats: Stats;
}

/** A command that can be given. */
export interface Command<C = CommandContext> {
  /** Without the slash. */
  readonly name: string;
  /** What comes after the name, as `/help` shows it. */
  readonly usage?: string;
  /** What it does, in a few words, for `/help`. */
  readonly summary: string;
  /** How many lines it counts for in the limit on input; 1 where nothing is said. */
  readonly cost?: number;
  /** Whether it can be given with `/once`. */
  readonly once?: boolean;
  /**
   * Carries it out. `text` is what came after the name, without spaces around it.
   *
   * @throws {Refusal} where it cannot be done; the member gets the message
   */
  run(context: C, text: string): void | Promise<void>;
}

/** What the commands count for that make the server search or tell everyone. */
export const EXPENSIVE = 10;

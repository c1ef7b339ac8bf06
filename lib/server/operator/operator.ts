import { OPERATOR } from "../../wire/names.ts";
import { Refusal } from "../../wire/refusal.ts";
import type { Rooms } from "../../rooms.ts";
import { OPERATOR_COMMANDS, type OperatorContext } from "../commands/operator.ts";
import type { OperatorConsole } from "./console.ts";
import type { Sessions } from "../sessions.ts";
import { type ParsedLine, parseLine } from "../parse_line.ts";
import type { Stats } from "../stats.ts";

/** What an operator works with. */
export interface OperatorOptions {
  /** The rooms; the operator speaks in the lobby. */
  rooms: Rooms;
  /** All sessions. */
  sessions: Sessions;
  /** The server's counters. */
  stats: Stats;
  /** The console that the operator reads. */
  console: OperatorConsole;
  /** The longest line, in bytes. */
  maxLine: number;
  /** The address of the page. */
  address?: string;
  /** Puts a line that was refused back where it was typed. */
  giveBack?(line: string): void;
}

const encoder = new TextEncoder();

/** Whoever sits at the server's terminal: a member from the first line typed there, with extra commands. */
export class Operator {
  readonly #options: OperatorOptions;

  /** See {@linkcode OperatorOptions}. */
  constructor(options: OperatorOptions) {
    this.#options = options;
  }

  /** Carries out what is typed, until it ends or the signal is aborted. Never throws. */
  async run(typed: ReadableStream<string>, signal: AbortSignal): Promise<void> {
    const reader = typed.getReader();
    const stop = () => void reader.cancel().catch(() => {});
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    let context: OperatorContext | undefined;
    try {
      for (let next; !(next = await reader.read()).done;) {
        context ??= await this.#join();
        await this.#take(next.value, context);
      }
    } catch (error) {
      // The room goes on without its operator.
      this.#options.console.event(`error: nothing more can be typed here: ${(error as Error).message}`);
    }
  }

  async #take(line: string, context: OperatorContext): Promise<void> {
    const { maxLine, console, giveBack } = this.#options;
    const bytes = encoder.encode(line).length;
    const input: ParsedLine<OperatorContext> = parseLine(line, {
      bytes,
      maxLine,
      commands: OPERATOR_COMMANDS,
    });
    try {
      await input.command.run(context, input.text);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      console.cursor.send({ kind: "error", text: error.message });
      giveBack?.(line);
    }
  }

  async #join(): Promise<OperatorContext> {
    const { rooms, sessions, stats, address, console: { cursor } } = this.#options;
    const member = await rooms.join({ cursor, address: OPERATOR });
    return {
      rooms,
      room: rooms.lobby,
      member,
      sessions,
      stats,
      commands: OPERATOR_COMMANDS,
      page: address === undefined
        ? undefined
        : { address, show: (rows) => cursor.write(rows.map((row) => `${row}\n`).join("")) },
      reply: (text, as) => cursor.send({ kind: "notice", text, ...as }),
    };
  }
}

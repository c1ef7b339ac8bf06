import type { Log } from "../log/log.ts";
import type { Listener } from "../net/connection.ts";
import type { Output } from "../cli/output.ts";
import { Room } from "../room.ts";
import { SHUTDOWN } from "./disconnects.ts";
import { type ConsoleFormat, OperatorConsole } from "./operator/console.ts";
import { Sessions } from "./sessions.ts";
import type { Authenticator } from "./access/authenticator.ts";
import { RateLimiter } from "./access/rate_limiter.ts";
import type { Limits } from "./limits.ts";
import { Operator } from "./operator/operator.ts";
import { Stats } from "./stats.ts";

/** What a server is made of. */
export interface ServeOptions {
  /** Where connections come from; closed at the end. */
  listener: Listener;
  /** What the room is kept in. */
  log: Log;
  /** What the server takes on. */
  limits: Limits;
  /** Asks for the password; without one, everyone is let in. */
  authenticator?: Authenticator;
  /** The console: where what happens is shown, and where the operator is answered. */
  output: Output;
  /** Whether the operator alone is shown anything, as an answer. */
  quiet?: boolean;
  /** What the operator types, where the console is a terminal; cancelled at the end. */
  typed?: ReadableStream<string>;
  /** What the operator's terminal can do besides, if it has a line editor. */
  editor?: OperatorEditor;
  /** Ends the server in order when it is aborted. */
  signal: AbortSignal;
}

/** A line editor on the operator's terminal. */
export interface OperatorEditor {
  /** How the console shows what happens. */
  readonly format: ConsoleFormat;
  /** Puts a line that was refused back, to be corrected. */
  giveBack(line: string): void;
  /** Who is in the room, for completion: set by the server. */
  names: () => readonly string[];
}

/** How often, in milliseconds, the server looks for members that have stopped reading, or are gone. */
const LIVENESS_INTERVAL_MS = 5_000;

/** How long, in milliseconds, the console may take to show what is left at the end. */
const CONSOLE_DRAIN_MS = 2000;

/**
 * Serves one room to all who connect, until the signal is aborted. Then everyone is told and gets what it has not read
 * yet, for two seconds at most. Resolves when nothing of it is left open, the listener included; the log stays open.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { listener, log, limits, authenticator, output, quiet, typed, editor, signal } = options;
  using room = new Room(log, { historyLength: limits.history });
  const console = new OperatorConsole(room, output, { quiet, format: editor?.format });
  if (editor !== undefined) editor.names = () => room.roster;
  if (quiet && typed === undefined) console.close();
  const stats = new Stats();
  const sessions = new Sessions({ ...limits, authenticator }, {
    room,
    limiter: new RateLimiter(limits),
    maxLine: limits.maxLine,
    stats,
    report: (event) => console.event(event),
  });
  const operator = typed === undefined ? undefined : new Operator({
    room,
    sessions,
    stats,
    console,
    maxLine: limits.maxLine,
    giveBack: (line) => editor?.giveBack(line),
  }).run(typed, signal);
  const stalls = setInterval(() => sessions.closeDead(performance.now()), LIVENESS_INTERVAL_MS);
  const stop = () => listener[Symbol.dispose]();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();

  for await (const connection of listener) {
    if (sessions.enter(connection)) console.event(`${connection.peer} connected`);
  }

  clearInterval(stalls);
  room.beginShutdown();
  await sessions.close(SHUTDOWN);
  await operator;
  const deadline = setTimeout(() => console.close(), CONSOLE_DRAIN_MS);
  await console.end(SHUTDOWN);
  clearTimeout(deadline);
}

import type { Logs } from "../log/logs.ts";
import type { Listener } from "../net/connection.ts";
import type { Output } from "../cli/output.ts";
import { Rooms } from "../rooms.ts";
import { SHUTDOWN } from "./disconnects.ts";
import { type ConsoleFormat, OperatorConsole } from "./operator/console.ts";
import { Sessions } from "./sessions.ts";
import type { Authenticator } from "./access/authenticator.ts";
import { RateLimiter } from "./access/rate_limiter.ts";
import type { Limits } from "./limits.ts";
import { Operator } from "./operator/operator.ts";
import { Stats } from "./stats.ts";
import type { Hosts } from "./web/hosts.ts";

/** What {@linkcode serve} takes. */
export interface ServeOptions {
  /** Accepts connections; closed at the end. */
  listener: Listener;
  /** Hold what happened in the rooms; stay open at the end. */
  logs: Logs;
  /** What the server is called. */
  title?: string;
  /** The address by which a browser comes in, for `/qr`. */
  address?: string;
  /** The limits that the operator can set. */
  limits: Limits;
  /** By which names browsers may call the server. */
  hosts?: Hosts;
  /** Checks the password; without it, everyone is let in. */
  authenticator?: Authenticator;
  /** Checks the operator's password; without it, only whoever sits at the terminal is the operator. */
  operators?: Authenticator;
  /** The console, which shows what happens and answers the operator. */
  output: Output;
  /** Whether the console shows only answers to the operator. */
  quiet?: boolean;
  /** The lines that the operator types, if the console is a terminal; cancelled at the end. */
  typed?: ReadableStream<string>;
  /** What the operator's terminal can do besides, if it has a line editor. */
  editor?: OperatorEditor;
  /** Shuts the server down in order when aborted. */
  signal: AbortSignal;
}

/** A line editor on the operator's terminal. */
export interface OperatorEditor {
  /** How the console shows what happens. */
  readonly format: ConsoleFormat;
  /** Puts a line that was refused back, to be corrected. */
  giveBack(line: string): void;
  /** Who is here, for completion: set by the server. */
  names: () => readonly string[];
  /** Which rooms are open, for completion: set by the server. */
  rooms: () => readonly string[];
}

/** How often, in milliseconds, the server looks for members that have stopped reading or are gone. */
const LIVENESS_INTERVAL_MS = 5_000;

/** How long, in milliseconds, the console may take at the end to show what is left. */
const CONSOLE_DRAIN_MS = 2000;

/**
 * Serves its rooms to everyone who connects, until the signal is aborted. Members are then told, and have two seconds to
 * read what they have not read yet. Resolves when everything it opened is closed, and the listener too; the logs stay
 * open.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { listener, logs, title, limits, authenticator, output, quiet, typed, editor, signal } = options;
  const console = new OperatorConsole(output, { quiet, format: editor?.format });
  await using rooms = await Rooms.open(logs, {
    title,
    historyLength: limits.history,
    opened: (room) => console.watch(room),
  });
  if (editor !== undefined) {
    editor.names = () => rooms.names;
    editor.rooms = () => rooms.all.map(({ name }) => name);
  }
  if (quiet && typed === undefined) console.close();
  const stats = new Stats();
  const report = (event: string) => console.event(event);
  const sessions = new Sessions({ ...limits, authenticator, hosts: options.hosts }, {
    rooms,
    limiter: new RateLimiter(limits),
    maxLine: limits.maxLine,
    stats,
    report,
  });
  if (options.operators !== undefined) {
    const { RemoteOperators } = await import("./operator/remote_operators.ts");
    sessions.admitOperators(
      new RemoteOperators({ authenticator: options.operators, sessions, stats, report }),
    );
  }
  const operator = typed === undefined ? undefined : new Operator({
    rooms,
    sessions,
    stats,
    console,
    maxLine: limits.maxLine,
    address: options.address,
    giveBack: (line) => editor?.giveBack(line),
  }).run(typed, signal);
  const liveness = setInterval(() => {
    sessions.closeDead(performance.now());
    rooms.roster.noteSeen(performance.now());
  }, LIVENESS_INTERVAL_MS);
  const stop = () => listener[Symbol.dispose]();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();

  for await (const connection of listener) sessions.enter(connection);

  clearInterval(liveness);
  rooms.beginShutdown();
  await sessions.close(SHUTDOWN);
  await operator;
  const deadline = setTimeout(() => console.close(), CONSOLE_DRAIN_MS);
  await console.end(SHUTDOWN);
  clearTimeout(deadline);
}

import { stripAnsiCode } from "@std/fmt/colors";
import { isSameName } from "../wire/names.ts";
import { readLines } from "../cli/input.ts";
import { OutputError, printError, writeAll } from "../cli/output.ts";
import { takeLocally } from "./core/local_commands.ts";
import { Conversation, type ConversationEvent } from "./core/conversation.ts";
import { Dialer } from "./dial.ts";
import { Ignored } from "./core/ignore.ts";
import { adviceOnName } from "./core/owned_name.ts";
import { Roster } from "./core/roster.ts";
import { render, renderJson, renderOwn } from "./render.ts";
import type { ChatOptions } from "./options.ts";
import { type Input, talk } from "./core/talk.ts";

/** Events about the connection rather than the room: they go to standard error, away from whoever reads the output. */
const ABOUT_ITSELF: ReadonlySet<ConversationEvent["kind"]> = new Set([
  "error",
  "silent",
  "lost",
  "back",
  "unconfirmed",
]);

/** How long, in milliseconds, a script tries to reconnect: as long as the server holds its name. */
const PIPE_PATIENCE_MS = 30_000;

/** The longest line of input, in bytes, that is kept: what another line server may take. */
const MAX_INPUT_LINE_BYTES = 64 * 1024;

/**
 * How long, in milliseconds, the input is still said when nobody reads the output any more: a few lines are worth it, but
 * an input without an end must not keep the pipe alive.
 */
const UNREAD_TIMEOUT_MS = 5000;

const NOT_READ = "nobody reads the output any more, and not all of the input was said";

/**
 * Says each line of standard input and prints what is said, for when one of the two is not a terminal. Resolves to
 * `undefined` if all went well, and otherwise to a sentence that says what did not: only what was confirmed and printed
 * went well, except that nobody has to read the output to its end.
 *
 * @throws what {@linkcode Dialer.connect} throws
 */
export async function chatInPipe({ signal, ...options }: ChatOptions): Promise<string | undefined> {
  const dialer = new Dialer(options, () => false);
  const outputIsTerminal = Deno.stdout.isTerminal();
  const inputIsTerminal = Deno.stdin.isTerminal();
  const stays = options.follow || inputIsTerminal;
  const color = outputIsTerminal && !Deno.noColor;
  const ignored = new Ignored();
  const people = new Roster();
  const connection = await dialer.connect(signal);
  const memory = await options.recall(dialer.server, (sentence) => void printError(`warning: ${sentence}\n`));
  const { name: wanted, room, password } = options;
  using chat = new Conversation(connection, {
    name: wanted,
    room,
    password,
    identity: wanted === undefined ? undefined : memory.identity,
    watch: stays && options.json,
    // What nobody reads is not seen, and a script is somewhere else than its user.
    places: stays && outputIsTerminal
      ? { place: (room) => memory.place(room), note: ({ place }) => memory.note({ place }) }
      : undefined,
    connect: (signal) => dialer.connect(signal),
    patience: stays ? Infinity : PIPE_PATIENCE_MS,
  });
  signal.addEventListener("abort", () => chat.leave());
  const input = new StandardInput();
  using printer = new Printer({
    // Once one is in: a connection that breaks before that keeps the name for a while.
    leave: () => void chat.ready.then(() => chat.leave()),
    patience: stays ? 0 : UNREAD_TIMEOUT_MS,
  });

  let expected = wanted;
  let refused: string | undefined;
  function show(event: ConversationEvent): Promise<void> | void {
    if (event.kind === "welcome" && expected !== undefined && !isSameName(event.name, expected)) {
      // Who reads what a script says would not know whose it is.
      refused ??= `you cannot be called "${expected}": someone else is; nothing was said; ` +
        "choose another --name";
      return void chat.leave();
    }
    if (event.kind === "renamed" && expected !== undefined && isSameName(event.name, expected)) {
      expected = event.to;
    }
    const printed = print(event);
    const advice = event.kind === "error" ? adviceOnName(event.text, memory.reason) : undefined;
    if (advice === undefined) return printed;
    if (refused !== undefined) refused = refused.replace("someone else is", "the name belongs to someone");
    return printError(`-- ${advice}\n`);
  }

  function print(event: ConversationEvent): Promise<void> | void {
    if (ignored.hides(event) || ("history" in event && event.history && !stays)) return;
    people.note(event);
    if (options.json && !outputIsTerminal) return printer.print(renderJson(event));
    const text = render(withoutAdvice(event), { color, now: Date.now(), self: chat.name });
    return ABOUT_ITSELF.has(event.kind) && !outputIsTerminal ? printError(text) : printer.print(text);
  }

  const { problem } = await talk(chat, {
    input: input.lines(),
    show,
    showOwn: (text) => printer.print(renderOwn(text, color)),
    locally: (line) => takeLocally(line, { ignored, rich: chat.rich, correspondent: people.correspondent }),
    literally: (line) => chat.rich && isPath(line) ? `/${line}` : line,
    follow: options.follow,
  });
  if (refused !== undefined) return refused;
  const { error, left } = printer;
  if (error !== undefined && !error.closed) return error.message;
  // What was typed is not behind, what is in a pipe may be.
  const isAllSaid = problem === undefined && (input.ended || inputIsTerminal);
  if (left && !isAllSaid) return NOT_READ;
  return problem === undefined ? undefined : withoutRetry(problem);
}

/** An event without the advice to try again, which nobody who runs in a pipe can follow. */
function withoutAdvice(event: ConversationEvent): ConversationEvent {
  switch (event.kind) {
    case "error":
    case "closed":
      return { ...event, text: withoutRetry(event.text) };
    case "line":
      return event.text.startsWith("error:") ? { ...event, text: withoutRetry(event.text) } : event;
    default:
      return event;
  }
}

function withoutRetry(text: string): string {
  return text.replace(/; try again (?:later|in \d+ s)$/, "");
}

/** What another program says on the standard input. */
class StandardInput {
  /** Whether nothing more comes of it. */
  ended = false;

  /** Its lines, without the colours that programs write for a terminal. */
  async *lines(): AsyncGenerator<Input> {
    try {
      for await (const line of readLines(Deno.stdin, MAX_INPUT_LINE_BYTES)) {
        yield typeof line === "string" ? stripAnsiCode(line) : line;
      }
    } finally {
      this.ended = true;
    }
  }
}

/** Prints on the standard output while that takes anything, and sees to it that one leaves when it does not. */
class Printer implements Disposable {
  readonly #leave: () => void;
  readonly #patience: number;
  #late?: ReturnType<typeof setTimeout>;
  /** Why nothing can be printed any more. */
  error?: OutputError;
  /** Whether it has left because of that. */
  left = false;

  /** `patience`: how long, in milliseconds, before it leaves when nobody reads the output any more. */
  constructor({ leave, patience }: { leave: () => void; patience: number }) {
    this.#leave = () => {
      this.left = true;
      leave();
    };
    this.#patience = patience;
  }

  async print(text: string): Promise<void> {
    if (this.error !== undefined) return;
    try {
      await writeAll(Deno.stdout, text);
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      this.error = error;
      if (error.closed && this.#patience > 0) this.#late = setTimeout(this.#leave, this.#patience);
      else this.#leave();
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#late);
  }
}

/** Whether a line starts with a path rather than a command, as in `/usr/bin/ld: cannot find -lfoo`. */
function isPath(line: string): boolean {
  return line.startsWith("/") && !/^\/((?:[a-z]+|\?)(\s|$)|\/)/i.test(line);
}

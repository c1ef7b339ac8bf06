import { stripAnsiCode } from "@std/fmt/colors";
import { TextLineStream } from "@std/streams/text-line-stream";
import { isSameName } from "../wire/names.ts";
import { untilClosed, writeAll } from "../cli/output.ts";
import { takeLocally } from "./core/local_commands.ts";
import { Conversation, type ConversationEvent } from "./core/conversation.ts";
import { Dialer } from "./dial.ts";
import { Ignored } from "./core/ignore.ts";
import { Roster } from "./core/roster.ts";
import { render, renderJson, renderOwn } from "./render.ts";
import type { ChatOptions } from "./options.ts";
import { talk } from "./core/talk.ts";

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

/**
 * Says each line of standard input and prints what is said, for when one of the two is not a terminal. Resolves to
 * `undefined` if all went well, and otherwise to a sentence that says what did not.
 *
 * @throws what {@linkcode Dialer.connect} throws
 */
export async function chatInPipe({ signal, ...options }: ChatOptions): Promise<string | undefined> {
  const dialer = new Dialer(options, () => false);
  const outputIsTerminal = Deno.stdout.isTerminal();
  const stays = options.follow || Deno.stdin.isTerminal();
  const color = outputIsTerminal && !Deno.noColor;
  const ignored = new Ignored();
  const people = new Roster();
  using chat = new Conversation(await dialer.connect(signal), {
    name: options.name,
    password: options.password,
    connect: (signal) => dialer.connect(signal),
    patience: stays ? Infinity : PIPE_PATIENCE_MS,
  });
  signal.addEventListener("abort", () => chat.leave());

  let refused: string | undefined;
  function show(event: ConversationEvent): Promise<void> | void {
    if (event.kind === "welcome" && options.name !== undefined && !isSameName(event.name, options.name)) {
      // Who reads what a script says would not know whose it is.
      refused ??= `you cannot be called "${options.name}": someone else is; nothing was said; ` +
        "choose another --name";
      return void chat.leave();
    }
    if (ignored.hides(event) || ("history" in event && event.history && !stays)) return;
    people.note(event);
    if (options.json && !outputIsTerminal) return writeAll(Deno.stdout, renderJson(event));
    const to = ABOUT_ITSELF.has(event.kind) && !outputIsTerminal ? Deno.stderr : Deno.stdout;
    return writeAll(to, render(withoutAdvice(event), { color, now: Date.now(), self: chat.name }));
  }

  const { problem } = await untilClosed(talk(chat, {
    input: inputLines(),
    show,
    showOwn: (text) => writeAll(Deno.stdout, renderOwn(text, color)),
    locally: (line) => takeLocally(line, { ignored, rich: chat.rich, correspondent: people.correspondent }),
    literally: (line) => chat.rich && isPath(line) ? `/${line}` : line,
    follow: options.follow,
  }));
  return refused ?? (problem === undefined ? undefined : withoutRetry(problem));
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

/** The lines of standard input, without the colours that programs write for a terminal. */
async function* inputLines(): AsyncGenerator<string> {
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  for await (const line of lines) yield stripAnsiCode(line);
}

/** Whether a line starts with a path rather than a command, as in `/usr/bin/ld: cannot find -lfoo`. */
function isPath(line: string): boolean {
  return line.startsWith("/") && !/^\/((?:[a-z]+|\?)(\s|$)|\/)/i.test(line);
}

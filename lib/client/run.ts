import { TextLineStream } from "@std/streams/text-line-stream";
import { FileError, readText } from "../files.ts";
import type { Connection } from "../net/connection.ts";
import { explainConnectError } from "../net/errors.ts";
import { connectTcp } from "../net/tcp.ts";
import { readPassword } from "../password.ts";
import { askPassword, confirmFingerprint } from "./ask.ts";
import { Conversation, type ConversationEvent } from "./conversation.ts";
import { Ignored } from "./ignore.ts";
import type { ConnectCommand } from "./options.ts";
import { writeAll } from "../output.ts";
import { render, renderJson, renderOwn } from "./render.ts";
import { talk } from "./talk.ts";
import { connectTrusted, TrustError } from "./trust.ts";

/** How long, in milliseconds, a server may take to accept a connection. */
const CONNECT_TIMEOUT = 10_000;

/** What concerns the connection, and not the room: it is not for who reads the output. */
const ABOUT_ITSELF: ReadonlySet<ConversationEvent["kind"]> = new Set([
  "error",
  "silent",
  "lost",
  "back",
  "unconfirmed",
]);

/** How long, in milliseconds, a script goes on without a connection: as long as the server keeps its name for it. */
const PATIENCE = 30_000;

/** Moves the cursor to the line above and clears it. */
const CLEAR_LINE_ABOVE = "\x1b[1A\r\x1b[2K";

/**
 * Joins a room on the standard streams, and leaves it when the signal is aborted. Resolves to nothing when all went
 * well, and else to a sentence on what did not.
 */
export async function runClient(command: ConnectCommand, signal: AbortSignal): Promise<string | undefined> {
  const { name, follow, json, passwordFile } = command;
  let password: string | undefined;
  let connection;
  try {
    if (passwordFile !== undefined) password = await passwordIn(passwordFile);
    connection = await connect(command);
  } catch (error) {
    if (error instanceof FileError || error instanceof TrustError) return error.message;
    return explainConnectError(error, command);
  }
  const inputIsTerminal = Deno.stdin.isTerminal();
  const outputIsTerminal = Deno.stdout.isTerminal();
  const stays = follow || inputIsTerminal;
  const color = outputIsTerminal && !Deno.noColor;
  const ignored = new Ignored();
  using chat = new Conversation(connection, {
    name,
    password,
    connect: () => connect(command),
    patience: stays ? Infinity : PATIENCE,
  });

  signal.addEventListener("abort", () => chat.leave());

  function show(event: ConversationEvent): Promise<void> | void {
    // A script knows what it says.
    if (event.kind === "waiting" && !inputIsTerminal) return;
    if (ignored.hides(event) || ("history" in event && event.history && !stays)) return;
    if (json && !outputIsTerminal) return writeAll(Deno.stdout, renderJson(event));
    const to = ABOUT_ITSELF.has(event.kind) && !outputIsTerminal ? Deno.stderr : Deno.stdout;
    return writeAll(to, render(event, { color, now: Date.now(), self: chat.name }));
  }

  const { problem } = await talk(chat, {
    input: inputIsTerminal && outputIsTerminal ? typedLines() : inputLines(),
    show,
    showOwn: (text) => writeAll(Deno.stdout, renderOwn(text, color)),
    password: () => passwordFile === undefined ? askPassword() : undefined,
    locally: (line) => ignored.take(line),
    follow,
  });
  return problem;
}

async function connect({ hostname, port, tls, caFile, fingerprint }: ConnectCommand): Promise<Connection> {
  if (!tls) return await connectTcp({ hostname, port, signal: AbortSignal.timeout(CONNECT_TIMEOUT) });
  const ca = caFile === undefined ? undefined : await readText(caFile);
  return await connectTrusted({ hostname, port }, {
    ca,
    fingerprint,
    confirm: confirmFingerprint,
    timeout: CONNECT_TIMEOUT,
  });
}

async function passwordIn(file: string): Promise<string> {
  const { password, warning } = await readPassword(file);
  if (warning !== undefined) console.error(`warning: ${warning}`);
  return password;
}

function inputLines(): ReadableStream<string> {
  return Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
}

/** The lines typed into a terminal; each disappears where it was typed, because it comes back in its place. */
async function* typedLines(): AsyncGenerator<string> {
  for await (const line of inputLines()) {
    await writeAll(Deno.stdout, CLEAR_LINE_ABOVE);
    yield line;
  }
}

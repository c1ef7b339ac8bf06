import { TextLineStream } from "@std/streams/text-line-stream";
import { explainConnectError } from "../net/errors.ts";
import { connectTcp } from "../net/tcp.ts";
import { ClientConnection, type ClientEvent } from "./connection.ts";
import type { ClientCommand } from "./options.ts";
import { writeAll } from "../output.ts";
import { render, renderJson, renderOwn } from "./render.ts";
import { talk } from "./talk.ts";

/** How long, in milliseconds, a server may take to accept a connection. */
const CONNECT_TIMEOUT = 10_000;

/** Moves the cursor to the line above and clears it. */
const CLEAR_LINE_ABOVE = "\x1b[1A\r\x1b[2K";

/** Joins a room on the standard streams. Resolves to nothing when all went well, and else to a sentence on what did not. */
export async function runClient(
  command: Extract<ClientCommand, { kind: "connect" }>,
): Promise<string | undefined> {
  const { hostname, port, name, follow, json } = command;
  let connection;
  try {
    connection = await connectTcp({ hostname, port, signal: AbortSignal.timeout(CONNECT_TIMEOUT) });
  } catch (error) {
    return explainConnectError(error, { hostname, port });
  }
  using chat = new ClientConnection(connection, { name });
  const inputIsTerminal = Deno.stdin.isTerminal();
  const outputIsTerminal = Deno.stdout.isTerminal();
  const stays = follow || inputIsTerminal;
  const color = outputIsTerminal && !Deno.noColor;

  function show(event: ClientEvent): Promise<void> | void {
    if ("history" in event && event.history && !stays) return;
    if (json && !outputIsTerminal) return writeAll(Deno.stdout, renderJson(event));
    const to = event.kind === "error" && !outputIsTerminal ? Deno.stderr : Deno.stdout;
    return writeAll(to, render(event, { color, now: Date.now() }));
  }

  const { problem } = await talk(chat, {
    input: inputIsTerminal && outputIsTerminal ? typedLines() : inputLines(),
    show,
    showOwn: (text) => writeAll(Deno.stdout, renderOwn(text, color)),
    follow,
  });
  return problem;
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

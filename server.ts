/**
 * The server: `deno run --allow-net server.ts [IP [PORT]] [flags]`.
 *
 * @module
 */
import { TextLineStream } from "@std/streams/text-line-stream";
import { FileError, requirePermission } from "./lib/files.ts";
import { UsageError } from "./lib/flags.ts";
import type { Log } from "./lib/log/log.ts";
import { MemoryLog } from "./lib/log/memory.ts";
import { RoomFileError } from "./lib/log/sqlite/file.ts";
import { SqliteLog } from "./lib/log/sqlite/log.ts";
import { explainListenError } from "./lib/net/errors.ts";
import { listenTcp } from "./lib/net/tcp.ts";
import { listenTls } from "./lib/net/tls_listener.ts";
import { OutputError } from "./lib/output.ts";
import { readPassword } from "./lib/password.ts";
import { exportLog } from "./lib/server/export.ts";
import { Gate } from "./lib/server/gate.ts";
import { loadIdentity } from "./lib/server/identity.ts";
import { type DataOptions, parseServerArgs, SERVER_USAGE, type ServerCommand } from "./lib/server/options.ts";
import { ownAddresses, readyLines } from "./lib/server/ready.ts";
import { serve } from "./lib/server/serve.ts";
import { TLS_ONLY } from "./lib/wire/hello.ts";

import { PROGRAM_VERSION, PROGRAMS } from "./lib/version.ts";

type Serve = Extract<ServerCommand, { kind: "serve" }>;
type Export = Extract<ServerCommand, { kind: "export" }>;

Deno.exit(await main(Deno.args));

async function main(args: string[]): Promise<number> {
  let command;
  try {
    command = parseServerArgs(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`error: ${error.message}\n\n${SERVER_USAGE}`);
    return 2;
  }
  if (command.kind === "serve" || command.kind === "export") {
    try {
      return command.kind === "serve" ? await run(command) : await print(command);
    } catch (error) {
      if (![FileError, RoomFileError, OutputError].some((kind) => error instanceof kind)) throw error;
      console.error(`error: ${(error as Error).message}`);
      return 1;
    }
  }
  console.log(command.kind === "help" ? SERVER_USAGE : `parley ${PROGRAM_VERSION}`);
  return 0;
}

async function run(command: Serve): Promise<number> {
  const { hostname, port, limits, quiet } = command;
  if (
    Deno.permissions.querySync({ name: "net", host: `${bracketed(hostname)}:${port}` }).state !== "granted"
  ) {
    console.error(`error: the server may not use the network; start it with: ${PROGRAMS.server}`);
    return 1;
  }
  const { password, identity, own } = await setUp(command);
  await using log = await openLog(command.data);
  let listener;
  try {
    const options = {
      hostname,
      port,
      onExhausted: (error: Error) =>
        console.error(`error: nobody more can connect for now: ${error.message}; raise ulimit -n`),
    };
    listener = identity === undefined
      ? listenTcp(options)
      : listenTls({ ...options, ...identity, notice: new TextEncoder().encode(`${TLS_ONLY}\n`) });
  } catch (error) {
    console.error(`error: ${explainListenError(error, { hostname, port })}`);
    return 1;
  }
  const { address } = listener;
  const fingerprint = identity?.fingerprint;
  for (const line of readyLines({ address, own, fingerprint, password: password !== undefined })) {
    console.log(line);
  }
  await serve({
    listener,
    log,
    limits,
    gate: password === undefined ? undefined : new Gate(password),
    output: Deno.stdout,
    quiet,
    typed: Deno.stdin.isTerminal() ? typedLines(Deno.stdin.readable) : undefined,
    signal: stopSignal(),
  });
  return 0;
}

/** Opens the file that the room is kept in, or keeps it in memory. */
async function openLog(data: DataOptions | undefined): Promise<Log> {
  if (data === undefined) return new MemoryLog();
  requirePermission("read", data.path);
  requirePermission("write", data.path);
  return await SqliteLog.open(data.path, data);
}

/** Prints the room that is kept in a file. */
async function print({ path, format }: Export): Promise<number> {
  requirePermission("read", path);
  await using log = await SqliteLog.open(path, { readOnly: true });
  await exportLog(log, Deno.stdout, format);
  return 0;
}

/** Reads the files that the command line names, and warns of those that others can read. */
async function setUp({ hostname, passwordFile, identity: files }: Serve) {
  const secret = passwordFile === undefined ? undefined : await readPassword(passwordFile);
  const own = ownAddresses();
  const identity = files === undefined ? undefined : await loadIdentity(files, [hostname, ...own]);
  for (const warning of [secret?.warning, identity?.warning]) {
    if (warning !== undefined) console.error(`warning: ${warning}`);
  }
  return { password: secret?.password, identity, own };
}

function typedLines(input: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStream<string> {
  return input.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
}

/** Aborted by the first SIGINT or SIGTERM; the second ends the process at once. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(name, () => {
      if (stop.signal.aborted) Deno.exit(130);
      stop.abort();
    });
  }
  return stop.signal;
}

function bracketed(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}

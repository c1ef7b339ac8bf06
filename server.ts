/**
 * The server: `deno run --allow-net server.ts [IP [PORT]] [flags]`.
 *
 * What not every server needs is loaded when it is asked for: it would take half of the time until it is ready.
 *
 * @module
 */
import { readPassword, requirePermission } from "./lib/cli/files.ts";
import { EXIT, runProgram } from "./lib/cli/errors.ts";
import type { Log } from "./lib/log/log.ts";
import { MemoryLog } from "./lib/log/memory.ts";
import { explainListenError } from "./lib/net/errors.ts";
import { listenTcp } from "./lib/net/tcp.ts";
import { listenTls } from "./lib/net/tls/listen.ts";
import type { Authenticator } from "./lib/server/access/authenticator.ts";
import type { CertificateFiles, ServerCertificate } from "./lib/server/access/certificate.ts";
import { type DataOptions, parseServerArgs, SERVER_USAGE, type ServerCommand } from "./lib/server/options.ts";
import { ownAddresses, readyLines } from "./lib/server/startup.ts";
import { serve } from "./lib/server/serve.ts";
import { TLS_ONLY } from "./lib/wire/hello.ts";

import { PROGRAM_VERSION, PROGRAMS } from "./lib/cli/version.ts";

type Serve = Extract<ServerCommand, { kind: "serve" }>;
type Export = Extract<ServerCommand, { kind: "export" }>;
type Copy = Extract<ServerCommand, { kind: "copy" }>;

Deno.exit(await runProgram(main, SERVER_USAGE));

async function main(): Promise<number> {
  const command = parseServerArgs(Deno.args);
  if (command.kind === "serve") return await run(command);
  if (command.kind === "export") return await print(command);
  if (command.kind === "copy") return await copy(command);
  console.log(command.kind === "help" ? SERVER_USAGE : `parley ${PROGRAM_VERSION}`);
  return EXIT.ok;
}

async function run(command: Serve): Promise<number> {
  const { hostname, port, limits, quiet } = command;
  if (
    Deno.permissions.querySync({ name: "net", host: `${bracketed(hostname)}:${port}` }).state !== "granted"
  ) {
    console.error(`error: the server may not use the network; start it with: ${PROGRAMS.server}`);
    return 1;
  }
  const { authenticator, certificate, own } = await setUp(command);
  await using log = await openLog(command.data);
  let listener;
  try {
    const options = {
      hostname,
      port,
      onExhausted: (error: Error) =>
        console.error(`error: nobody more can connect for now: ${error.message}; raise ulimit -n`),
    };
    listener = certificate === undefined
      ? listenTcp(options)
      : listenTls({ ...options, ...certificate, notice: new TextEncoder().encode(`${TLS_ONLY}\n`) });
  } catch (error) {
    console.error(`error: ${explainListenError(error, { hostname, port })}`);
    return 1;
  }
  const { address } = listener;
  const fingerprint = certificate?.fingerprint;
  for (const line of readyLines({ address, own, fingerprint, password: authenticator !== undefined })) {
    console.log(line);
  }
  await serve({
    listener,
    log,
    limits,
    authenticator,
    output: Deno.stdout,
    quiet,
    typed: Deno.stdin.isTerminal() ? await typedLines(Deno.stdin.readable) : undefined,
    signal: stopSignal(),
  });
  return 0;
}

/** Opens the file that the room is kept in, or keeps it in memory. */
async function openLog(data: DataOptions | undefined): Promise<Log> {
  if (data === undefined) return new MemoryLog();
  requirePermission("read", data.path);
  requirePermission("write", data.path);
  const { SqliteLog } = await import("./lib/log/sqlite/log.ts");
  const report = (sentence: string) => console.error(`error: ${sentence}`);
  const log = await SqliteLog.open(data.path, { ...data, report });
  if (log.warning !== undefined) console.error(`warning: ${log.warning}`);
  return log;
}

/** Prints the room that is kept in a file. */
async function print({ path, format }: Export): Promise<number> {
  requirePermission("read", path);
  const { SqliteLog } = await import("./lib/log/sqlite/log.ts");
  const { exportLog } = await import("./lib/server/export.ts");
  await using log = await SqliteLog.open(path, { readOnly: true });
  await exportLog(log, Deno.stdout, format);
  if (log.warning === undefined) return EXIT.ok;
  console.error(`error: ${log.warning}`);
  return EXIT.failed;
}

/** Copies the file that a room is kept in. */
async function copy({ path, to }: Copy): Promise<number> {
  requirePermission("read", path);
  const { copyRoomFile, partOf } = await import("./lib/log/sqlite/copy.ts");
  for (const file of [to, partOf(to)]) {
    requirePermission("read", file);
    requirePermission("write", file);
  }
  const warning = await copyRoomFile(path, to);
  if (warning === undefined) return EXIT.ok;
  console.error(`error: ${warning}`);
  return EXIT.failed;
}

/** Reads the files that the command line names, and warns of those that others can read. */
async function setUp({ hostname, passwordFile, certificate: files }: Serve) {
  const own = ownAddresses();
  const authenticator = passwordFile === undefined ? undefined : await openAuthenticator(passwordFile);
  const certificate = files === undefined ? undefined : await identify(files, [hostname, ...own]);
  return { authenticator, certificate, own };
}

async function openAuthenticator(passwordFile: string): Promise<Authenticator> {
  const { password, warning } = await readPassword(passwordFile);
  if (warning !== undefined) console.error(`warning: ${warning}`);
  const { Authenticator } = await import("./lib/server/access/authenticator.ts");
  return new Authenticator(password);
}

async function identify(files: CertificateFiles, addresses: string[]): Promise<ServerCertificate> {
  const { loadCertificate: loadIdentity } = await import("./lib/server/access/certificate.ts");
  const certificate = await loadIdentity(files, addresses);
  if (certificate.warning !== undefined) console.error(`warning: ${certificate.warning}`);
  return certificate;
}

async function typedLines(
  input: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<ReadableStream<string>> {
  const { TextLineStream } = await import("@std/streams/text-line-stream");
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

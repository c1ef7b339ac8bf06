/**
 * The server: `deno run --allow-net server.ts [IP [PORT]] [flags]`.
 *
 * What only some servers need is imported when a flag asks for it: loading all of it would double the time to start.
 *
 * @module
 */
import { EXIT, runProgram } from "./lib/cli/errors.ts";
import { OutputError, printError, writeAll } from "./lib/cli/output.ts";
import { requirePermissions } from "./lib/cli/permissions.ts";
import { stopOnSignals } from "./lib/cli/signals.ts";
import { isDumb } from "./lib/cli/terminal/dumb.ts";
import { StandardOutput } from "./lib/cli/stdout.ts";
import type { Listener } from "./lib/net/connection.ts";
import type { Logs } from "./lib/log/logs.ts";
import { MemoryLogs } from "./lib/log/memory.ts";
import { explainListenError } from "./lib/net/errors.ts";
import { listenTcp } from "./lib/net/tcp.ts";
import type { Authenticator } from "./lib/server/access/authenticator.ts";
import type { CertificateFiles, ServerCertificate } from "./lib/server/access/certificate.ts";
import { type DataOptions, parseServerArgs, SERVER_USAGE, type ServerCommand } from "./lib/server/options.ts";
import type { OperatorTerminal } from "./lib/server/operator/operator_terminal.ts";
import { defaultTitle, ownAddresses, ownNames, pageAddress, readyLines } from "./lib/server/startup.ts";
import { serve } from "./lib/server/serve.ts";
import { Hosts } from "./lib/server/web/hosts.ts";
import { PROGRAM_VERSION } from "./lib/cli/version.ts";
import { ExplainedError } from "./lib/wire/refusal.ts";

/** Why an address cannot be listened on, in a sentence. */
class ListenError extends ExplainedError {}

type Serve = Extract<ServerCommand, { kind: "serve" }>;
type Export = Extract<ServerCommand, { kind: "export" }>;
type Copy = Extract<ServerCommand, { kind: "copy" }>;
type Free = Extract<ServerCommand, { kind: "free" }>;

Deno.exit(await runProgram(main, SERVER_USAGE));

async function main(): Promise<number> {
  const command = parseServerArgs(Deno.args);
  if (command.kind === "serve") return await run(command);
  if (command.kind === "export") return await print(command);
  if (command.kind === "copy") return await copy(command);
  if (command.kind === "free") return await free(command);
  await writeAll(Deno.stdout, `${command.kind === "help" ? SERVER_USAGE : `parley ${PROGRAM_VERSION}`}\n`);
  return EXIT.ok;
}

async function run(command: Serve): Promise<number> {
  const { limits, quiet } = command;
  requireServePermissions(command);
  // What the ready lines promise holds from then on, so that nothing may be set up after them.
  const { signal, interrupt } = stopOnSignals({ streams: [Deno.stdin], secondCode: 130 });
  const { authenticator, operators, certificate, own } = await setUp(command);
  await using logs = await openLogs(command.data);
  const isEdited = Deno.stdin.isTerminal() && Deno.stdout.isTerminal() && !isDumb();
  const typed = !isEdited && Deno.stdin.isTerminal() ? await typedLines(Deno.stdin.readable) : undefined;
  const listener = await listen(command, certificate);
  const where = {
    asked: command.hostname,
    address: listener.address,
    own,
    fingerprint: certificate?.fingerprint,
  };
  const address = pageAddress(where);
  const lines = readyLines({ ...where, password: authenticator !== undefined });
  if (command.qr && !quiet && Deno.stdout.isTerminal() && !isDumb()) {
    lines.push(...await qrLines(address, lines));
  }
  try {
    await writeAll(Deno.stdout, lines.map((line) => `${line}\n`).join(""));
  } catch (error) {
    // A server whose console nobody reads goes on; one that cannot say where it listens is of no use.
    if (!(error instanceof OutputError && error.closed)) {
      listener[Symbol.dispose]();
      throw error;
    }
  }
  await using terminal = isEdited ? await openTerminal(interrupt) : undefined;
  await serve({
    listener,
    logs,
    title: command.title ?? defaultTitle(),
    address,
    limits,
    hosts: new Hosts({ own: ownNames(), given: command.hosts }),
    authenticator,
    operators,
    output: terminal?.output ?? new StandardOutput(),
    quiet,
    typed: terminal?.typed ?? typed,
    editor: terminal,
    signal,
  });
  return EXIT.ok;
}

/** The QR code of an address, if a terminal has room for it below these lines. */
async function qrLines(address: string, lines: readonly string[]): Promise<string[]> {
  const { rows, columns } = Deno.consoleSize();
  const { drawQr } = await import("./lib/server/qr.ts");
  const code = drawQr(address);
  const fits = code.rows.length + lines.length < rows && code.columns <= columns;
  return fits ? [...code.rows, `in a browser: ${address}`] : [];
}

/** Makes sure that all is permitted that the command line asks for. */
function requireServePermissions(command: Serve): void {
  const { hostname, port, passwordFile, operatorFile, certificate, data } = command;
  const pair = certificate === undefined ? [] : [certificate.cert, certificate.key];
  requirePermissions({
    program: "server",
    args: Deno.args,
    net: { hostname, port },
    loopback: certificate !== undefined,
    read: [passwordFile, operatorFile, ...pair, data?.path],
    write: [...(pair.some(mayBeMissing) ? pair : []), data?.path],
  });
}

/** Whether a file is not there, as far as that is known. */
function mayBeMissing(path: string): boolean {
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return true;
  try {
    Deno.statSync(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

/** @throws {ListenError} if the address cannot be listened on */
async function listen({ hostname, port }: Serve, certificate?: ServerCertificate): Promise<Listener> {
  const options = {
    hostname,
    port,
    onExhausted: (error: Error) =>
      void printError(`error: nobody more can connect for now: ${error.message}; raise ulimit -n\n`),
  };
  try {
    if (certificate === undefined) return listenTcp(options);
    const { listenTls } = await import("./lib/net/tls/listen.ts");
    return listenTls({ ...options, ...certificate });
  } catch (error) {
    throw new ListenError(explainListenError(error, { hostname, port }), { cause: error });
  }
}

async function openTerminal(interrupted: () => void): Promise<OperatorTerminal> {
  const { OperatorTerminal } = await import("./lib/server/operator/operator_terminal.ts");
  return new OperatorTerminal({ interrupted });
}

/** Opens the data file, or keeps the rooms in memory. */
async function openLogs(data: DataOptions | undefined): Promise<Logs> {
  if (data === undefined) return new MemoryLogs();
  const { SqliteLogs } = await import("./lib/log/sqlite/logs.ts");
  const report = (sentence: string) => void printError(`error: ${sentence}\n`);
  const logs = await SqliteLogs.open(data.path, { ...data, report });
  if (logs.warning !== undefined) await printError(`warning: ${logs.warning}\n`);
  return logs;
}

/** Prints the rooms in a data file. */
async function print({ path, room, format }: Export): Promise<number> {
  requirePermissions({ program: "server", args: Deno.args, read: [path] });
  const { SqliteLogs } = await import("./lib/log/sqlite/logs.ts");
  const { exportRooms } = await import("./lib/server/export.ts");
  await using logs = await SqliteLogs.open(path, { readOnly: true });
  await exportRooms(logs, Deno.stdout, { format, room });
  return await failedIf(logs.warning);
}

/** Frees a name that belongs to someone. */
async function free({ path, name }: Free): Promise<number> {
  requirePermissions({ program: "server", args: Deno.args, read: [path], write: [path] });
  const { freeName } = await import("./lib/log/sqlite/free.ts");
  if (!await freeName(path, name)) return await failedIf(`"${name}" belongs to nobody`);
  await writeAll(Deno.stdout, `"${name}" is free\n`);
  return EXIT.ok;
}

/** Copies the file that the rooms are kept in. */
async function copy({ path, to }: Copy): Promise<number> {
  const { copyRoomFile, partOf } = await import("./lib/log/sqlite/copy.ts");
  const written = [to, partOf(to)];
  requirePermissions({ program: "server", args: Deno.args, read: [path, ...written], write: written });
  return await failedIf(await copyRoomFile(path, to));
}

/** The exit code of what was done, but perhaps not in full; tells why. */
async function failedIf(problem: string | undefined): Promise<number> {
  if (problem === undefined) return EXIT.ok;
  await printError(`error: ${problem}\n`);
  return EXIT.failed;
}

/** Reads the password and certificate files, and warns about secrets that others can read. */
async function setUp({ hostname, passwordFile, operatorFile, certificate: files }: Serve) {
  const own = ownAddresses();
  const authenticator = passwordFile === undefined ? undefined : await openAuthenticator(passwordFile);
  const operators = operatorFile === undefined ? undefined : await openAuthenticator(operatorFile);
  const certificate = files === undefined
    ? undefined
    : await identify(files, [hostname, ...(own ?? []).map(({ address }) => address)]);
  return { authenticator, operators, certificate, own };
}

async function openAuthenticator(passwordFile: string): Promise<Authenticator> {
  const { readPassword } = await import("./lib/cli/files.ts");
  const { password, warning } = await readPassword(passwordFile);
  if (warning !== undefined) await printError(`warning: ${warning}\n`);
  const { Authenticator } = await import("./lib/server/access/authenticator.ts");
  return new Authenticator(password);
}

async function identify(files: CertificateFiles, addresses: string[]): Promise<ServerCertificate> {
  const { loadCertificate } = await import("./lib/server/access/certificate.ts");
  const certificate = await loadCertificate(files, addresses);
  if (certificate.warning !== undefined) await printError(`warning: ${certificate.warning}\n`);
  return certificate;
}

async function typedLines(
  input: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<ReadableStream<string>> {
  const { TextLineStream } = await import("@std/streams/text-line-stream");
  return input.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
}

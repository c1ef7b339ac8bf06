/**
 * The server: `deno run --allow-net server.ts [IP [PORT]] [flags]`.
 *
 * @module
 */
import { UsageError } from "./lib/flags.ts";
import { MemoryLog } from "./lib/log/memory.ts";
import { explainListenError } from "./lib/net/errors.ts";
import { listenTcp } from "./lib/net/tcp.ts";
import { parseServerArgs, SERVER_USAGE, type ServerCommand } from "./lib/server/options.ts";
import { ownAddresses, readyLines } from "./lib/server/ready.ts";
import { serve } from "./lib/server/serve.ts";
import { PROGRAM_VERSION, PROGRAMS } from "./lib/version.ts";

type Serve = Extract<ServerCommand, { kind: "serve" }>;

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
  if (command.kind === "serve") return await run(command);
  console.log(command.kind === "help" ? SERVER_USAGE : `parley ${PROGRAM_VERSION}`);
  return 0;
}

async function run({ hostname, port, limits, quiet }: Serve): Promise<number> {
  if (
    Deno.permissions.querySync({ name: "net", host: `${bracketed(hostname)}:${port}` }).state !== "granted"
  ) {
    console.error(`error: the server may not use the network; start it with: ${PROGRAMS.server}`);
    return 1;
  }
  let listener;
  try {
    listener = listenTcp({
      hostname,
      port,
      onExhausted: (error) =>
        console.error(`error: nobody more can connect for now: ${error.message}; raise ulimit -n`),
    });
  } catch (error) {
    console.error(`error: ${explainListenError(error, { hostname, port })}`);
    return 1;
  }
  await using log = new MemoryLog();
  for (const line of readyLines(listener.address, ownAddresses())) console.log(line);
  await serve({ listener, log, limits, output: quiet ? undefined : Deno.stdout, signal: stopSignal() });
  return 0;
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

/**
 * The client: `deno run --allow-net client.ts IP PORT [flags]`.
 *
 * @module
 */
import { CLIENT_USAGE, parseClientArgs } from "./lib/client/options.ts";
import { runClient } from "./lib/client/run.ts";
import { EXIT, runProgram } from "./lib/cli/errors.ts";
import { clean } from "./lib/wire/clean.ts";
import { PROGRAM_VERSION, PROGRAMS } from "./lib/cli/version.ts";

Deno.exit(await runProgram(main, CLIENT_USAGE));

async function main(): Promise<number> {
  const command = parseClientArgs(Deno.args);
  if (command.kind !== "connect") {
    console.log(command.kind === "help" ? CLIENT_USAGE : `parley ${PROGRAM_VERSION}`);
    return EXIT.ok;
  }
  if (Deno.permissions.querySync({ name: "net" }).state !== "granted") {
    console.error(
      `error: the client may not use the network; start it with: ${PROGRAMS.client} IP PORT`,
    );
    return 1;
  }
  const { signal, code } = stopSignal();
  const problem = await runClient(command, signal);
  if (signal.aborted) return code();
  // The sentence may quote a server or its certificate.
  if (problem !== undefined) console.error(`error: ${clean(problem)}`);
  return problem === undefined ? 0 : 1;
}

/** Aborted by the first SIGINT, SIGTERM or SIGHUP; a second one ends the process at once. `code` returns the exit code. */
function stopSignal(): { signal: AbortSignal; code: () => number } {
  const stop = new AbortController();
  const signals = [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const;
  for (const [name, code] of signals) {
    Deno.addSignalListener(name, () => {
      if (stop.signal.aborted) Deno.exit(code);
      stop.abort(code);
    });
  }
  return { signal: stop.signal, code: () => stop.signal.reason };
}

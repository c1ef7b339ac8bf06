/**
 * The client: `deno run --allow-net client.ts IP PORT [flags]`.
 *
 * @module
 */
import { printError, writeAll } from "./lib/cli/output.ts";
import { requirePermissions } from "./lib/cli/permissions.ts";
import { stopOnSignals } from "./lib/cli/signals.ts";
import { CLIENT_USAGE, parseClientArgs } from "./lib/client/options.ts";
import { runClient } from "./lib/client/run.ts";
import { EXIT, runProgram } from "./lib/cli/errors.ts";
import { clean } from "./lib/wire/clean.ts";
import { PROGRAM_VERSION } from "./lib/cli/version.ts";

Deno.exit(await runProgram(main, CLIENT_USAGE));

async function main(): Promise<number> {
  const command = parseClientArgs(Deno.args);
  if (command.kind !== "connect") {
    await writeAll(Deno.stdout, `${command.kind === "help" ? CLIENT_USAGE : `parley ${PROGRAM_VERSION}`}\n`);
    return EXIT.ok;
  }
  requirePermissions({
    program: "client",
    args: Deno.args,
    net: command,
    read: [command.passwordFile, command.caFile],
  });
  const { signal } = stopOnSignals({ streams: [Deno.stdin, Deno.stdout] });
  const problem = await runClient(command, signal);
  if (signal.aborted) return signal.reason;
  if (problem === undefined) return EXIT.ok;
  // The sentence may quote a server or its certificate.
  await printError(`error: ${clean(problem)}\n`);
  return EXIT.failed;
}

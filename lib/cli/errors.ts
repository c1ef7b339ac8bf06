import { clean } from "../wire/clean.ts";
import { ExplainedError } from "../wire/refusal.ts";
import { UsageError } from "./flags.ts";
import { OutputError, printError } from "./output.ts";

/** The exit codes of both programs. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/**
 * Runs a program and returns its exit code. An {@linkcode ExplainedError} is printed as its sentence, the last thing on
 * the screen; before that of a {@linkcode UsageError} come the first lines of `usage`. An output that nobody reads any
 * more ends the program quietly.
 *
 * @throws every other error: it is a bug in the program, and its stack trace says where
 */
export async function runProgram(main: () => Promise<number>, usage: string): Promise<number> {
  try {
    return await main();
  } catch (error) {
    if (!(error instanceof ExplainedError)) throw error;
    if (error instanceof OutputError && error.closed) return EXIT.ok;
    const isUsage = error instanceof UsageError;
    // The sentence may quote a server, its certificate or a file.
    await printError(`${isUsage ? `${briefOf(usage)}\n\n` : ""}error: ${clean(error.message)}\n`);
    return isUsage ? EXIT.usage : EXIT.failed;
  }
}

/** How a program is called, without the list of its flags. */
function briefOf(usage: string): string {
  return `${usage.split("\n\n", 1)[0]}\n       --help lists the flags`;
}

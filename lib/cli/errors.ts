import { clean } from "../wire/clean.ts";
import { ExplainedError } from "../wire/refusal.ts";
import { UsageError } from "./flags.ts";

/** The exit codes of both programs. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/**
 * Runs a program, and returns its exit code. An error that explains itself is told in its sentence, as the last thing
 * on the screen; before one in the command line come the first lines of `usage`.
 *
 * @throws every other error: it is a bug in the program, and its stack trace says where
 */
export async function runProgram(main: () => Promise<number>, usage: string): Promise<number> {
  try {
    return await main();
  } catch (error) {
    if (!(error instanceof ExplainedError)) throw error;
    const isUsage = error instanceof UsageError;
    // What a server, its certificate or a file says may be a part of the sentence.
    console.error(`${isUsage ? `${briefOf(usage)}\n\n` : ""}error: ${clean(error.message)}`);
    return isUsage ? EXIT.usage : EXIT.failed;
  }
}

/** How a program is called, without the list of its flags. */
function briefOf(usage: string): string {
  return `${usage.split("\n\n", 1)[0]}\n       --help lists the flags`;
}

import { setColorEnabled } from "@std/fmt/colors";
import { printError } from "../cli/output.ts";
import { readPassword } from "../cli/files.ts";
import type { ChatOptions, ConnectCommand } from "./options.ts";
import { chatInPipe } from "./pipe.ts";
import { ServerState } from "./state.ts";
import { chatInTerminal } from "./terminal/chat.ts";
import { DEVICE } from "../cli/terminal/device.ts";
import { isDumb } from "../cli/terminal/dumb.ts";
import { Terminal } from "../cli/terminal/terminal.ts";
import { ExplainedError } from "../wire/refusal.ts";

/**
 * Joins a room on the standard streams, and leaves it when the signal is aborted. Resolves to `undefined` if all went
 * well, and otherwise to a sentence that says what did not.
 */
export async function runClient(command: ConnectCommand, signal: AbortSignal): Promise<string | undefined> {
  try {
    const password = command.passwordFile === undefined ? undefined : await passwordIn(command.passwordFile);
    const plain = command.plain || isDumb();
    if (plain) setColorEnabled(false);
    await using states = new AsyncDisposableStack();
    const recall: ChatOptions["recall"] = async (server, report) =>
      states.use(await ServerState.open(server, { report }));
    const options = { ...command, plain, password, recall, signal };
    if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) return await chatInPipe(options);
    await using terminal = new Terminal(DEVICE, { plain });
    return await chatInTerminal(terminal, options);
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ExplainedError)) throw error;
    return error.message;
  }
}

async function passwordIn(file: string): Promise<string> {
  const { password, warning } = await readPassword(file);
  if (warning !== undefined) await printError(`warning: ${warning}\n`);
  return password;
}

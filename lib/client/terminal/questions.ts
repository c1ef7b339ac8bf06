import { parseName } from "../../wire/names.ts";
import { Refusal } from "../../wire/refusal.ts";
import { formatFingerprint } from "../../net/tls/fingerprint.ts";
import type { Terminal } from "../../cli/terminal/terminal.ts";

/** Environment variables that hold the login name. */
const LOGIN_NAMES = ["USER", "USERNAME"];

/** What is asked with. */
export interface AskOptions {
  /** Answers a question with nothing when aborted. */
  signal: AbortSignal;
}

/**
 * Asks for a name. Suggests the one that the user bore last, the login name, or else this machine's address, which needs
 * no name.
 */
export async function askName(
  terminal: Terminal,
  { last, local, signal }: AskOptions & { last?: string; local: string },
): Promise<string | undefined> {
  const suggested = last ?? loginName();
  while (!signal.aborted) {
    const answer = (await terminal.ask(`your name (Enter: ${suggested ?? local}): `, { signal }))?.trim();
    if (answer === undefined) {
      terminal.leave();
      return;
    }
    if (answer === "") return suggested;
    try {
      return parseName(answer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      terminal.print(`error: ${error.message}\n`);
    }
  }
}

function loginName(): string | undefined {
  for (const variable of LOGIN_NAMES) {
    if (Deno.permissions.querySync({ name: "env", variable }).state !== "granted") continue;
    try {
      return parseName(Deno.env.get(variable) ?? "");
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
}

/** Asks whether the server with this fingerprint is the right one. */
export async function confirmFingerprint(
  terminal: Terminal,
  { fingerprint, signal }: AskOptions & { fingerprint: string },
): Promise<boolean> {
  terminal.print(
    `nobody vouches for this server; its certificate has the SHA-256 fingerprint\n${
      formatFingerprint(fingerprint)
    }\n`,
  );
  const answer = await terminal.ask("Is that what the server's terminal shows? [y/N] ", { signal });
  return /^y(es)?$/i.test(answer?.trim() ?? "");
}

import { promptSecret } from "@std/cli/prompt-secret";

/** Asks for the room's password without showing it; nothing where there is no terminal, or nothing was typed. */
export function askPassword(): string | undefined {
  if (!isTerminal()) return;
  return promptSecret("password:", { mask: "" }) || undefined;
}

/** Asks whether this is the fingerprint of the server that is meant; where there is no terminal it is not. */
export function confirmFingerprint(fingerprint: string): boolean {
  if (!isTerminal()) return false;
  console.log(
    `no authority vouches for this server; its certificate has the SHA-256 fingerprint\n${fingerprint}`,
  );
  return /^y(es)?$/i.test(prompt("Is that what the server's terminal shows? [y/N]")?.trim() ?? "");
}

function isTerminal(): boolean {
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
}

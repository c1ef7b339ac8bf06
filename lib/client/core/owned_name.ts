/** How a server refuses a name that is someone's who is not here. */
const OWNED = /^"(.*)" belongs to someone who was here on /;

/**
 * What to do about it, in a sentence, if a server refuses a name because it belongs to someone: whoever is that person may be so
 * on this device, too. `reason`: why the client keeps no identity, in a sentence, if it does not.
 */
export function adviceOnName(refusal: string, reason: string | undefined): string | undefined {
  const name = OWNED.exec(refusal)?.[1];
  if (name === undefined) return;
  if (reason !== undefined) return `if you are ${name}: ${reason}`;
  return `if you are ${name}: on a device where you are, /link shows a code, and /link CODE here makes this one yours, too`;
}

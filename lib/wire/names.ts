import { Refusal } from "./refusal.ts";
import { mixedScripts } from "./scripts.ts";

/** The most code points in a name. */
export const MAX_NAME = 32;

/** The operator's name. */
export const OPERATOR = "server";

/** The room where everyone begins. */
export const LOBBY = "lobby";

const RESERVED = new Set(["you", OPERATOR].map(foldName));

/**
 * Returns the normalised form (NFKC) of a requested name.
 *
 * @throws {Refusal} whose message says which rule the name breaks
 */
export function parseName(name: string): string {
  if (name === "") throw new Refusal("a name is missing: /name alice");
  // Here and below: one with Unicode classes takes a millisecond to make, which a program that starts need not spend.
  const allowed = /^\p{L}[\p{L}\p{M}\p{Nd}._-]*$/u;
  return parse(name, { allowed, rule: "a name begins with a letter" });
}

/**
 * Returns the normalised form of a requested room's name: that of a name, but in lower case; it may begin with a digit,
 * and a `#` in front of it is left out.
 *
 * @throws {Refusal} whose message says which rule it breaks
 */
export function parseRoomName(room: string): string {
  const name = room.replace(/^#/, "");
  if (name === "") throw new Refusal("a room is missing: /join kitchen");
  return parse(name.normalize("NFKC").toLowerCase(), {
    allowed: /^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}._-]*$/u,
    rule: "a room's name begins with a letter or a digit",
  });
}

function parse(name: string, { allowed, rule }: { allowed: RegExp; rule: string }): string {
  const normal = name.normalize("NFKC");
  const quoted = `"${name}"`;
  if ([...normal].length > MAX_NAME) {
    throw new Refusal(`a name has at most ${MAX_NAME} characters; this one has ${[...normal].length}`);
  }
  if (!allowed.test(normal) || /\p{Default_Ignorable_Code_Point}/u.test(normal)) {
    throw new Refusal(`${quoted} is not allowed: ${rule}; letters, digits, ".", "_" and "-" follow`);
  }
  const mixed = mixedScripts(normal.replaceAll(/\p{Nd}/gu, ""));
  if (mixed !== undefined) {
    throw new Refusal(
      `${quoted} is not allowed: it mixes ${
        mixed.join(" and ")
      } characters, which can look alike; use those of one script`,
    );
  }
  if (RESERVED.has(foldName(normal))) throw new Refusal(`the name ${quoted} is reserved`);
  return normal;
}

/** Whether two names are the same, regardless of case and of how they are composed of code points. */
export function isSameName(name: string, other: string): boolean {
  return foldName(name) === foldName(other);
}

/**
 * Folds the spellings of one name into one string. Server and clients compare names by it, so that they agree.
 */
export function foldName(name: string): string {
  // Via upper case, so that letters that differ in lower case only (ß and ss, final sigma) become the same.
  return name.normalize("NFKC").toLowerCase().toUpperCase().normalize("NFKC");
}

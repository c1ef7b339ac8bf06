import { Refusal } from "./refusal.ts";

/** The most code points a name may have. */
export const MAX_NAME = 32;

/** The name of whoever sits at the server's terminal. */
export const OPERATOR = "server";

const ALLOWED = /^\p{L}[\p{L}\p{M}\p{Nd}._-]*$/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const RESERVED = new Set(["you", OPERATOR].map(foldName));

/**
 * The normalised form (NFKC) of a name that someone asks for.
 *
 * @throws {Refusal} whose message says which rule the name breaks
 */
export function parseName(name: string): string {
  const normal = name.normalize("NFKC");
  const quoted = `"${name}"`;
  if (normal === "") throw new Refusal("a name is missing: /name alice");
  if ([...normal].length > MAX_NAME) {
    throw new Refusal(`a name has at most ${MAX_NAME} characters; this one has ${[...normal].length}`);
  }
  if (!ALLOWED.test(normal) || INVISIBLE.test(normal)) {
    throw new Refusal(
      `${quoted} is not allowed: a name begins with a letter; letters, digits, ".", "_" and "-" follow`,
    );
  }
  if (RESERVED.has(foldName(normal))) throw new Refusal(`the name ${quoted} is reserved`);
  return normal;
}

/** Whether two names are the same one: regardless of case, and of how it is put together of code points. */
export function isSameName(name: string, other: string): boolean {
  return foldName(name) === foldName(other);
}

/**
 * What two spellings of one name have in common. Server and clients compare names by it, so that both find the same
 * ones equal.
 */
export function foldName(name: string): string {
  // By way of upper case, so that letters that differ in lower case only (ß and ss, final sigma) are the same.
  return name.normalize("NFKC").toLowerCase().toUpperCase().normalize("NFKC");
}

import { Refusal } from "./refusal.ts";

/** The most code points a name may have. */
export const MAX_NAME = 32;

/** The name of whoever sits at the server's terminal. */
export const OPERATOR = "server";

const ALLOWED = /^\p{L}[\p{L}\p{M}\p{Nd}._-]*$/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const RESERVED = new Set(["you", OPERATOR].map(fold));

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
  if (RESERVED.has(fold(normal))) throw new Refusal(`the name ${quoted} is reserved`);
  return normal;
}

/** Whether two names are the same one: regardless of case, and of how it is put together of code points. */
export function isSameName(name: string, other: string): boolean {
  return fold(name.normalize("NFKC")) === fold(other.normalize("NFKC"));
}

/** The names in use in a room: unique regardless of case. */
export class NameRegistry<T> {
  readonly #holders = new Map<string, T>();
  /** For an address, a number below which all of its names are in use, so that the n-th join does not try n names. */
  readonly #firstFree = new Map<string, number>();

  /** Who holds this name, in whatever case it is written. */
  get(name: string): T | undefined {
    return this.#holders.get(fold(name));
  }

  /**
   * Gives a name to a holder.
   *
   * @throws {Refusal} where someone else holds it
   */
  take(name: string, holder: T): void {
    const held = this.get(name);
    if (held !== undefined && held !== holder) throw new Refusal(`the name "${name}" is taken`);
    this.#holders.set(fold(name), holder);
  }

  /** Gives the holder the first free one of `address`, `address~2`, `address~3` …, and returns it. */
  takeAddress(address: string, holder: T): string {
    let number = this.#firstFree.get(address) ?? 1;
    while (this.get(numbered(address, number)) !== undefined) number++;
    this.#firstFree.set(address, number + 1);
    const name = numbered(address, number);
    this.take(name, holder);
    return name;
  }

  /**
   * Gives the holder of `before` another name instead, which may be the same one in another spelling.
   *
   * @throws {Refusal} where someone else holds it
   */
  change(before: string, name: string, holder: T): void {
    this.take(name, holder);
    if (fold(before) !== fold(name)) this.release(before);
  }

  /** Makes a name free again. */
  release(name: string): void {
    this.#holders.delete(fold(name));
    const [address, number] = name.split("~");
    const firstFree = this.#firstFree.get(address);
    if (firstFree === undefined) return;
    if (number === undefined) this.#firstFree.delete(address);
    else this.#firstFree.set(address, Math.min(firstFree, Number(number)));
  }
}

function numbered(address: string, number: number): string {
  return number === 1 ? address : `${address}~${number}`;
}

function fold(name: string): string {
  // By way of upper case, so that letters that only differ there (ß and SS, final sigma) are the same.
  return name.toLowerCase().toUpperCase().normalize("NFKC");
}

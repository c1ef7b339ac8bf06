import { Refusal } from "../wire/refusal.ts";

/** How long, in milliseconds, a code may be used. */
export const LINK_CODE_MS = 600_000;

/** How many codes there may be at once; beyond that, the oldest ones end early. */
export const MAX_LINK_CODES = 1024;

/** 32 characters, none of which looks like another one: a code of eight has 40 random bits. */
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

interface LiveCode {
  person: string;
  /** When it was shown. */
  since: number;
}

/** The codes by which people link their devices, such as `K7QP-2MXD`. Times are in milliseconds. */
export class LinkCodes {
  /** By what is typed, without its hyphen; the oldest one first. */
  readonly #codes = new Map<string, LiveCode>();
  readonly #byPerson = new Map<string, string>();

  /** How many codes there are, including some that are too old. */
  get size(): number {
    return this.#codes.size;
  }

  /** Makes up a code for a person, in place of the one that they had. */
  issue(person: string, now: number): string {
    this.revoke(person);
    for (const [code, live] of this.#codes) {
      if (this.#codes.size < MAX_LINK_CODES && !isOver(live, now)) break;
      this.#remove(code, live);
    }
    const code = randomCode();
    this.#codes.set(code, { person, since: now });
    this.#byPerson.set(person, code);
    return grouped(code);
  }

  /**
   * Finds the person whose code was typed, in whatever case and grouping. The code stays until it is revoked.
   *
   * @throws {Refusal} if it is wrong, was used, or is too old; it does not tell which
   */
  find(typed: string, now: number): string {
    const live = this.#codes.get(plain(typed));
    if (live === undefined || isOver(live, now)) {
      throw new Refusal(
        "that code is wrong, used or older than ten minutes; /link on the other device shows a new one",
      );
    }
    return live.person;
  }

  /** Ends the code of a person, if there is one. */
  revoke(person: string): void {
    const code = this.#byPerson.get(person);
    if (code !== undefined) this.#remove(code, this.#codes.get(code)!);
  }

  #remove(code: string, { person }: LiveCode): void {
    this.#codes.delete(code);
    this.#byPerson.delete(person);
  }
}

function isOver({ since }: LiveCode, now: number): boolean {
  return Math.abs(now - since) >= LINK_CODE_MS;
}

function randomCode(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

function grouped(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** What was typed, as it is compared: a phone's keyboard makes other characters of hyphens, and a pencil a 1 of an l. */
function plain(typed: string): string {
  return typed.toUpperCase().replaceAll(/[1I]/g, "L").replaceAll(/[^0-9A-Z]/g, "");
}

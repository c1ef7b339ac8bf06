import { BANNER, WELCOME } from "../../wire/hello.ts";

/** What a server has turned out to be. */
export type Verdict = "parley" | "other" | "undecided";

const BANNER_START = BANNER.slice(0, BANNER.indexOf(";") + 1);
const EXPECTED = [`${WELCOME}\n${BANNER_START}`, `${WELCOME}\r\n${BANNER_START}`];

/**
 * Recognises a parley server by its first two lines, and by nothing else: members of another program's room can write
 * something like the second line, but never at that place, so a `/hello` is never said in another program's room.
 */
export class Greeting {
  #seen = "";
  #verdict: Verdict = "undecided";

  /** Takes the next bytes from the server; returns the verdict so far, which never changes once decided. */
  push(bytes: Uint8Array): Verdict {
    if (this.#verdict !== "undecided") return this.#verdict;
    const longest = EXPECTED[1].length;
    // Every expected character is one byte.
    for (const byte of bytes.subarray(0, longest - this.#seen.length)) {
      this.#seen += String.fromCharCode(byte);
    }
    if (EXPECTED.some((expected) => this.#seen.startsWith(expected))) this.#verdict = "parley";
    else if (!EXPECTED.some((expected) => expected.startsWith(this.#seen))) this.#verdict = "other";
    return this.#verdict;
  }
}

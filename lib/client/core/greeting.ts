import { BANNER, WELCOME } from "../../wire/hello.ts";

/** What a server turns out to be. */
export type Verdict = "parley" | "other" | "undecided";

const BANNER_START = BANNER.slice(0, BANNER.indexOf(";") + 1);
const EXPECTED = [`${WELCOME}\n${BANNER_START}`, `${WELCOME}\r\n${BANNER_START}`];

/**
 * Recognises a parley server by its first two lines, and by nothing else: what the members of another room write can
 * look like the second line, but never be it, so that a `/hello` is never said in some other program's room.
 */
export class Greeting {
  #seen = "";
  #verdict: Verdict = "undecided";

  /** Takes the next bytes from the server; gives the verdict so far. Once decided, it does not change. */
  push(bytes: Uint8Array): Verdict {
    if (this.#verdict !== "undecided") return this.#verdict;
    const longest = EXPECTED[1].length;
    // Every character of what is expected is one byte.
    for (const byte of bytes.subarray(0, longest - this.#seen.length)) {
      this.#seen += String.fromCharCode(byte);
    }
    if (EXPECTED.some((expected) => this.#seen.startsWith(expected))) this.#verdict = "parley";
    else if (!EXPECTED.some((expected) => expected.startsWith(this.#seen))) this.#verdict = "other";
    return this.#verdict;
  }
}

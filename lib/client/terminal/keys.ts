/** What the keys of a terminal ask for. */
export type Key =
  /** Something to be edited: characters, and the sequences of keys that an editor knows. */
  | { kind: "text"; text: string }
  /** A text was pasted. */
  | { kind: "paste"; text: string }
  /** Tab, or with Shift, which goes `back`. */
  | { kind: "tab"; back: boolean }
  /** Ctrl-C, Ctrl-D, Ctrl-Z, Ctrl-L. */
  | { kind: "interrupt" | "end" | "suspend" | "clear" };

/** Asks a terminal to mark what is pasted (xterm's "bracketed paste mode"). */
export const MARK_PASTES = "\x1b[?2004h";

/** Asks it not to, as it was before. */
export const LEAVE_PASTES = "\x1b[?2004l";

const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";
const INTERRUPT = "\x03";

const KEYS: Record<string, Key> = {
  "\t": { kind: "tab", back: false },
  "\x1b[Z": { kind: "tab", back: true },
  [INTERRUPT]: { kind: "interrupt" },
  "\x04": { kind: "end" },
  "\x1a": { kind: "suspend" },
  "\x0c": { kind: "clear" },
};

// deno-lint-ignore no-control-regex
const SPECIAL = /\x1b\[200~|\x1b\[Z|[\t\x03\x04\x0c\x1a]/;

/**
 * Takes out of what a terminal sends what is not for the line editor, which would take a pasted line end for Enter, and
 * has its own ideas of Tab. Where a sequence is cut in two, its beginning waits for its end.
 */
export class KeyReader {
  /** What came of a sequence that may go on. */
  #held = "";
  /** What was pasted up to now, while something is. */
  #pasted?: string;

  /** Takes what came from the terminal; gives what it asks for, in order. */
  *push(text: string): Generator<Key> {
    // A terminal that forgets to end a paste must not take away the keys for good.
    if (this.#pasted !== undefined && text === INTERRUPT) text = PASTE_END;
    let rest = this.#held + text;
    this.#held = "";
    while (rest !== "") {
      rest = this.#pasted === undefined ? yield* this.#typed(rest) : yield* this.#paste(rest);
    }
  }

  /** Up to the next paste; gives what follows. */
  *#typed(text: string): Generator<Key, string> {
    const match = SPECIAL.exec(text);
    if (match === null) {
      // A lone escape is a key of its own, and does not wait.
      const start = text.endsWith("\x1b") ? text.length : partial(text, [PASTE_START, "\x1b[Z"]);
      this.#held = text.slice(start);
      if (start > 0) yield { kind: "text", text: text.slice(0, start) };
      return "";
    }
    if (match.index > 0) yield { kind: "text", text: text.slice(0, match.index) };
    if (match[0] === PASTE_START) this.#pasted = "";
    else yield KEYS[match[0]];
    return text.slice(match.index + match[0].length);
  }

  *#paste(text: string): Generator<Key, string> {
    const end = text.indexOf(PASTE_END);
    const until = end === -1 ? partial(text, [PASTE_END]) : end;
    this.#pasted += text.slice(0, until);
    if (end === -1) {
      this.#held = text.slice(until);
      return "";
    }
    yield { kind: "paste", text: this.#pasted! };
    this.#pasted = undefined;
    return text.slice(end + PASTE_END.length);
  }
}

/** Where at the end of a text one of the sequences begins that may go on; without one, its length. */
function partial(text: string, sequences: string[]): number {
  const start = text.lastIndexOf("\x1b");
  return start !== -1 && sequences.some((sequence) => sequence.startsWith(text.slice(start)))
    ? start
    : text.length;
}

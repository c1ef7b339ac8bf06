/** What the keys of a terminal ask for. */
export type Key =
  /** Something to be edited: characters, and the sequences of keys that an editor knows. */
  | { kind: "text"; text: string }
  /** A text was pasted. */
  | { kind: "paste"; text: string }
  /** Tab, or with Shift, which goes `back`. */
  | { kind: "tab"; back: boolean }
  /** What was entered before, going `back` or forth. */
  | { kind: "history"; back: boolean }
  /** Ctrl-C, Ctrl-D, Ctrl-Z, Ctrl-L. */
  | { kind: "interrupt" | "end" | "suspend" | "clear" };

/** Asks a terminal to mark what is pasted (xterm's "bracketed paste mode"). */
export const MARK_PASTES = "\x1b[?2004h";

/** Asks it not to, as it was before. */
export const LEAVE_PASTES = "\x1b[?2004l";

const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";
const INTERRUPT = "\x03";

const UP: Key = { kind: "history", back: true };
const DOWN: Key = { kind: "history", back: false };

const KEYS: Record<string, Key> = {
  "\t": { kind: "tab", back: false },
  "\x1b[Z": { kind: "tab", back: true },
  "\x1b[A": UP,
  "\x1bOA": UP,
  "\x10": UP,
  "\x1b[B": DOWN,
  "\x1bOB": DOWN,
  "\x0e": DOWN,
  [INTERRUPT]: { kind: "interrupt" },
  "\x04": { kind: "end" },
  "\x1a": { kind: "suspend" },
  "\x0c": { kind: "clear" },
};

/**
 * What is looked at by itself: an old mouse report, sequences that begin with CSI or SS3, strings from the terminal that
 * are there as a whole, and single control characters (ECMA-48; "XTerm Control Sequences").
 */
const SPECIAL =
  // deno-lint-ignore no-control-regex
  /\x1b\[M[^]{3}|\x1b\[[0-?]*[ -/]*[@-~]|\x1bO[^]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[\t\x03\x04\x0c\x0e\x10\x1a]/;

// deno-lint-ignore no-control-regex
const UNFINISHED = /\x1b(?:O|\[[0-?]*[ -/]*)$/;

/** Sequences that the line editor knows; of others it would leave a part in the line. */
// deno-lint-ignore no-control-regex
const EDITING = /^\x1b(?:\[(?:1;\d+)?|O)[CDFH]$|^\x1b\[[1-8](?:;\d+)?~$/;

/**
 * Takes out of what a terminal sends what is not for the line editor, which would take a pasted line end for Enter, has
 * its own ideas of Tab and history, and types a part of the sequences that it does not know. Where a sequence is cut in
 * two, its beginning waits for its end; a lone escape is a key of its own, and does not wait.
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
    const end = match?.index ?? UNFINISHED.exec(text)?.index ?? text.length;
    if (end > 0) yield { kind: "text", text: text.slice(0, end) };
    if (match === null) {
      this.#held = text.slice(end);
      return "";
    }
    const [sequence] = match;
    if (sequence === PASTE_START) this.#pasted = "";
    else if (sequence in KEYS) yield KEYS[sequence];
    else if (EDITING.test(sequence)) yield { kind: "text", text: sequence };
    return text.slice(end + sequence.length);
  }

  *#paste(text: string): Generator<Key, string> {
    const end = text.indexOf(PASTE_END);
    const until = end === -1 ? endOf(text) : end;
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

/** Where what a paste ends with may begin at the end of a text; if it does not, its length. */
function endOf(text: string): number {
  const start = text.lastIndexOf("\x1b");
  return start !== -1 && PASTE_END.startsWith(text.slice(start)) ? start : text.length;
}

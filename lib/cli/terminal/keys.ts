/** What a key asks for. */
export type Key =
  /** Something for the line editor: characters, and the key sequences that it knows. */
  | { kind: "text"; text: string }
  /** A pasted text. */
  | { kind: "paste"; text: string }
  /** Tab; with Shift, `back`. */
  | { kind: "tab"; back: boolean }
  /** Recalls an entered line, going `back` or forth. */
  | { kind: "history"; back: boolean }
  /** Ctrl-C, Ctrl-D, Ctrl-Z, Ctrl-L. */
  | { kind: "interrupt" | "end" | "suspend" | "clear" };

/** Asks a terminal to mark what is pasted (xterm's "bracketed paste mode"). */
export const MARK_PASTES = "\x1b[?2004h";

/** Asks it to stop. */
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
 * What is not plain text: an old mouse report, sequences that begin with CSI or SS3, complete strings from the terminal,
 * and single control characters (ECMA-48; "XTerm Control Sequences").
 */
const SPECIAL =
  // deno-lint-ignore no-control-regex
  /\x1b\[M[^]{3}|\x1b\[[0-?]*[ -/]*[@-~]|\x1bO[^]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[\t\x03\x04\x0c\x0e\x10\x1a]/;

// deno-lint-ignore no-control-regex
const UNFINISHED = /\x1b(?:O|\[[0-?]*[ -/]*)$/;

/** Sequences that the line editor knows; it would type a part of any other. */
// deno-lint-ignore no-control-regex
const EDITING = /^\x1b(?:\[(?:1;\d+)?|O)[CDFH]$|^\x1b\[[1-8](?:;\d+)?~$/;

/**
 * Separates what a terminal sends from what the line editor may see: that would take a pasted line end for Enter, has its
 * own ideas of Tab and history, and types a part of the sequences that it does not know. If a sequence is split, its
 * beginning waits for its end; a lone escape is a key of its own and does not wait.
 */
export class KeyReader {
  /** The beginning of a sequence that may go on. */
  #held = "";
  /** What was pasted so far, during a paste. */
  #pasted?: string;

  /** Takes what came from the terminal, and yields what it asks for, in order. */
  *push(text: string): Generator<Key> {
    // A terminal that forgets to end a paste must not take away the keys for good.
    if (this.#pasted !== undefined && text === INTERRUPT) text = PASTE_END;
    let rest = this.#held + text;
    this.#held = "";
    while (rest !== "") {
      rest = this.#pasted === undefined ? yield* this.#typed(rest) : yield* this.#paste(rest);
    }
  }

  /** Reads up to the next paste. Returns what follows. */
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

/** Where the end of a paste may begin at the end of a text; the text's length if it does not. */
function endOf(text: string): number {
  const start = text.lastIndexOf("\x1b");
  return start !== -1 && PASTE_END.startsWith(text.slice(start)) ? start : text.length;
}

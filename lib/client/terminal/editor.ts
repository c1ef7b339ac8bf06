import { createInterface, type Interface } from "node:readline";
import { Readable, Writable } from "node:stream";
import { graphemes } from "./width.ts";

/** How many lines that were entered can be brought back. */
const MAX_HISTORY = 200;

/** How long, in milliseconds, an escape may take to become the sequence of a key. */
const ESCAPE_TIMEOUT = 50;

/** What of readline's interface is there, and not in its types. */
type Readline = Interface & { line: string; cursor: number; history: string[] };

/**
 * A line that is edited, with those that were entered before: `node:readline`, which knows the keys. It shows nothing,
 * because what it would show does not know what else is on the screen.
 */
export class Editor implements Disposable {
  readonly #keys = new Readable({ read() {} });
  readonly #readline: Readline;
  #secret = false;
  /** What it was before the last key. */
  #before = { line: "", cursor: 0 };

  /** `onLine` is given each line that is entered. */
  constructor(onLine: (line: string) => void) {
    this.#readline = createInterface({
      input: this.#keys,
      output: new Writable({ write: (_chunk, _encoding, done) => done() }),
      terminal: true,
      historySize: MAX_HISTORY,
      escapeCodeTimeout: ESCAPE_TIMEOUT,
    }) as Readline;
    this.#readline.on("history", (history: string[]) => {
      if (this.#secret) history.shift();
    });
    this.#readline.on("line", onLine);
    this.#keys.on("keypress", () => this.#snap());
  }

  /** What is typed. */
  get line(): string {
    return this.#readline.line;
  }

  /** The index in the line before which the cursor stands. */
  get cursor(): number {
    return this.#readline.cursor;
  }

  /** The lines that can be brought back, the last one first. */
  get history(): readonly string[] {
    return this.#readline.history;
  }

  /** What is entered from now on cannot be brought back. */
  set secret(secret: boolean) {
    this.#secret = secret;
  }

  /** Takes characters, and sequences of keys, as a terminal sends them. */
  type(keys: string): void {
    this.#keys.emit("data", keys);
  }

  /** Puts a text without line ends where the cursor is. */
  insert(text: string): void {
    const { line, cursor } = this;
    this.replace(line.slice(0, cursor) + text + line.slice(cursor), cursor + text.length);
  }

  /** Puts another line in place of this one. */
  replace(line: string, cursor: number = line.length): void {
    this.#readline.line = line;
    this.#readline.cursor = cursor;
    this.#before = { line, cursor };
  }

  /** A line that can be brought back, as if it had been entered. */
  remember(line: string): void {
    const { history } = this.#readline;
    const at = history.indexOf(line);
    if (at !== -1) history.splice(at, 1);
    history.unshift(line);
    history.length = Math.min(history.length, MAX_HISTORY);
  }

  /** Moves the cursor out of what a reader sees as one character, on in the direction in which a key moved it. */
  #snap(): void {
    const { line, cursor } = this;
    if (line === this.#before.line && cursor !== this.#before.cursor) {
      for (const { index, text } of graphemes(line)) {
        const end = index + text.length;
        if (index < cursor && cursor < end) this.replace(line, cursor < this.#before.cursor ? index : end);
      }
    }
    this.#before = { line: this.line, cursor: this.cursor };
  }

  /** Takes no more keys. */
  [Symbol.dispose](): void {
    this.#readline.close();
    this.#keys.destroy();
  }
}

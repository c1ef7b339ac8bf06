import { createInterface, type Interface } from "node:readline";
import { Readable, Writable } from "node:stream";
import { graphemes } from "./width.ts";

/** How many lines that were entered can be brought back. */
const MAX_RECALLED_LINES = 200;

/** How long, in milliseconds, an escape may take to become the sequence of a key. */
const ESCAPE_TIMEOUT_MS = 50;

/** What of readline's interface is there, and not in its types. */
type Readline = Interface & { line: string; cursor: number };

/**
 * A line that is edited, with those that were entered before: `node:readline`, which knows the keys. It shows nothing,
 * because what it would show does not know what else is on the screen.
 */
export class Editor implements Disposable {
  readonly #keys = new Readable({ read() {} });
  readonly #readline: Readline;
  /** The last one first. */
  #history: string[] = [];
  /** Which of them is in the line; -1 where none is. */
  #at = -1;
  /** What was in the line before. */
  #draft = "";
  #secret = false;
  /** What it was before the last key. */
  #before = { line: "", cursor: 0 };

  /** `onLine` is given each line that is entered. */
  constructor(onLine: (line: string) => void) {
    this.#readline = createInterface({
      input: this.#keys,
      output: new Writable({ write: (_chunk, _encoding, done) => done() }),
      terminal: true,
      historySize: 0,
      escapeCodeTimeout: ESCAPE_TIMEOUT_MS,
    }) as Readline;
    this.#readline.on("line", (line: string) => {
      this.#at = -1;
      if (!this.#secret && line !== "") this.remember(line);
      onLine(line);
    });
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
    return this.#history;
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
    this.#put(line.slice(0, cursor) + text + line.slice(cursor), cursor + text.length);
  }

  /** Brings the line before this one into the line, or with `back` set to false the one after it, and at last the draft. */
  recall(back: boolean): void {
    const at = this.#at + (back ? 1 : -1);
    if (at < -1 || at >= this.#history.length) return;
    if (this.#at === -1) this.#draft = this.line;
    this.#put(at === -1 ? this.#draft : this.#history[at]);
    this.#at = at;
  }

  /** Puts another line in place of this one. */
  replace(line: string, cursor: number = line.length): void {
    this.#at = -1;
    this.#put(line, cursor);
  }

  #put(line: string, cursor: number = line.length): void {
    this.#readline.line = line;
    this.#readline.cursor = cursor;
    this.#before = { line, cursor };
  }

  /** A line that can be brought back, as if it had been entered. */
  remember(line: string): void {
    if (this.#history[0] === line) return;
    this.#history.unshift(line);
    this.#history.length = Math.min(this.#history.length, MAX_RECALLED_LINES);
    if (this.#at !== -1) this.#at++;
  }

  /** Moves the cursor out of what a reader sees as one character, on in the direction in which a key moved it. */
  #snap(): void {
    const { line, cursor } = this;
    if (line === this.#before.line && cursor !== this.#before.cursor) {
      for (const { index, text } of graphemes(line)) {
        const end = index + text.length;
        if (index < cursor && cursor < end) this.#put(line, cursor < this.#before.cursor ? index : end);
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

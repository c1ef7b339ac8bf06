import { createInterface, type Interface } from "node:readline";
import { Readable, Writable } from "node:stream";
import { graphemes } from "./width.ts";

/** How many entered lines can be recalled. */
const MAX_RECALLED_LINES = 200;

/** How long, in milliseconds, an escape may wait for the rest of its key sequence. */
const ESCAPE_TIMEOUT_MS = 50;

/** How many characters that come at once are still typed one by one. */
const MAX_KEYS_APART = 16;

const CONTROL = /\p{Cc}/u;

/** What readline's interface has beyond its types. */
type Readline = Interface & { line: string; cursor: number };

/**
 * An edited line, with those entered before it: `node:readline`, which knows the keys. It shows nothing, because readline
 * does not know what else is on the screen.
 */
export class Editor implements Disposable {
  readonly #keys = new Readable({ read() {} });
  readonly #readline: Readline;
  /** The newest one first. */
  #history: string[] = [];
  /** Which of them is in the line; -1 for none. */
  #at = -1;
  /** What was in the line before one of them was recalled. */
  #draft = "";
  #secret = false;
  /** The line and the cursor before the last key. */
  #before = { line: "", cursor: 0 };

  /** `onLine` receives each entered line. */
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

  /** The cursor's index in the line. */
  get cursor(): number {
    return this.#readline.cursor;
  }

  /** The lines that can be recalled, the newest one first. */
  get history(): readonly string[] {
    return this.#history;
  }

  /** Whether what is entered from now on is kept out of the history. */
  set secret(secret: boolean) {
    this.#secret = secret;
  }

  /** Takes characters and key sequences as a terminal sends them. */
  type(keys: string): void {
    // Each key makes readline measure the whole line, so that many at once would take the square of their number.
    if (keys.length > MAX_KEYS_APART && !CONTROL.test(keys)) return this.insert(keys);
    this.#keys.emit("data", keys);
  }

  /** Inserts a text without line ends at the cursor. */
  insert(text: string): void {
    const { line, cursor } = this;
    this.#put(line.slice(0, cursor) + text + line.slice(cursor), cursor + text.length);
  }

  /** Recalls the line entered before this one, or, with `back` set to false, the one after it, and at last the draft. */
  recall(back: boolean): void {
    const at = this.#at + (back ? 1 : -1);
    if (at < -1 || at >= this.#history.length) return;
    if (this.#at === -1) this.#draft = this.line;
    this.#put(at === -1 ? this.#draft : this.#history[at]);
    this.#at = at;
  }

  /** Replaces the line. */
  replace(line: string, cursor: number = line.length): void {
    this.#at = -1;
    this.#put(line, cursor);
  }

  #put(line: string, cursor: number = line.length): void {
    this.#readline.line = line;
    this.#readline.cursor = cursor;
    this.#before = { line, cursor };
  }

  /** Adds a line to the history, as if it had been entered. */
  remember(line: string): void {
    if (this.#history[0] === line) return;
    this.#history.unshift(line);
    this.#history.length = Math.min(this.#history.length, MAX_RECALLED_LINES);
    if (this.#at !== -1) this.#at++;
  }

  /** Moves the cursor out of a grapheme, onwards in the direction in which a key moved it. */
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

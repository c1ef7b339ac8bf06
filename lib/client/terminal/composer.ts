import { dim } from "@std/fmt/colors";
import { Blocks } from "./blocks.ts";
import { type Candidates, Completion } from "./completion.ts";
import type { Row } from "./layout.ts";
import type { Size } from "./screen.ts";
import type { Terminal, Typing } from "./terminal.ts";
import { fit, textWidth } from "./width.ts";

/** The most lines on their way that are shown; of the others, how many there are. */
const MAX_SHOWN = 3;

/** What a composer needs to know, and what it does. */
export interface ComposerOptions {
  /** What Tab completes to. */
  candidates(): Candidates;
  /** The lines that were given to the connection, and are not answered yet. */
  unanswered(): readonly string[];
  /** Whether they wait for a connection. */
  waits(): boolean;
  /** Whether the server takes a line that begins with a slash for a command. */
  commands(): boolean;
  /** What there is to tell besides, in a line. */
  status(): string | undefined;
  /** Leaves the room. */
  leave(): void;
}

/** A line that waits for its turn. */
interface Typed {
  text: string;
  /** Whether it is said even if it looks like a command. */
  literal: boolean;
}

/** What is typed into a terminal until it is said: the line at the bottom, and those above it that are on their way. */
export class Composer implements Typing {
  readonly #terminal: Terminal;
  readonly #options: ComposerOptions;
  readonly #blocks = new Blocks();
  readonly #completion = new Completion();
  #queue: Typed[] = [];
  #arrived = Promise.withResolvers<void>();
  /** How many lines were entered since none was on its way. */
  #total = 0;
  /** The key that leaves when it is pressed again, and what is said of it. */
  #asked?: { key: string; hint: string };

  /** Composes lines in this terminal. */
  constructor(terminal: Terminal, options: ComposerOptions) {
    this.#terminal = terminal;
    this.#options = options;
  }

  /** What was entered, line by line; each is handed out when the one before was taken. It never ends. */
  async *lines(): AsyncGenerator<string> {
    while (true) {
      for (let next; (next = this.#queue.shift()) !== undefined;) {
        const escaped = next.literal && next.text.startsWith("/") && this.#options.commands();
        yield escaped ? `/${next.text}` : next.text;
      }
      this.#arrived = Promise.withResolvers();
      await this.#arrived.promise;
    }
  }

  /** All that was entered, and of which it is not known that it was said. */
  get unsaid(): string[] {
    return [...this.#options.unanswered(), ...this.#queue.map(({ text }) => text)];
  }

  /** Puts what could not be said back: into the line, if that is empty. Gives whether it is there. */
  giveBack(text: string): boolean {
    const { editor, asking } = this.#terminal;
    editor.remember(text);
    if (asking || editor.line !== "") return false;
    editor.replace(text);
    return true;
  }

  entered(line: string): void {
    const lines = this.#blocks.expand(line).filter((text) => text.trim() !== "");
    this.#blocks.keep(this.#terminal.editor.history);
    this.#asked = undefined;
    if (this.unsaid.length === 0) this.#total = 0;
    this.#total += lines.length;
    // Pasted lines are what someone wants to show, not commands that came along unseen.
    this.#queue.push(...lines.map((text) => ({ text, literal: lines.length > 1 })));
    this.#arrived.resolve();
  }

  pasted(text: string): string {
    this.#asked = undefined;
    return this.#blocks.fold(text);
  }

  tab(back: boolean): void {
    this.#asked = undefined;
    const { editor } = this.#terminal;
    const { line, cursor } = editor;
    const before = [...line.slice(0, cursor)].at(-1) ?? "";
    const unfolded = this.#blocks.unfold(before);
    if (unfolded !== undefined) {
      const head = line.slice(0, cursor - before.length) + unfolded;
      return editor.replace(head + line.slice(cursor), head.length);
    }
    const next = this.#completion.next({ line, cursor }, { ...this.#options.candidates(), back });
    if (next !== undefined) editor.replace(next.line, next.cursor);
  }

  interrupt(): void {
    const { editor } = this.#terminal;
    if (this.#queue.length > 0) return this.#stop();
    if (editor.line === "") return this.#leave("Ctrl-C", "Ctrl-C again leaves");
    this.#asked = undefined;
    editor.replace("");
  }

  end(): void {
    const { length } = this.unsaid;
    if (length === 0) return this.#options.leave();
    const lines = length === 1 ? "1 line was" : `${length} lines were`;
    this.#leave("Ctrl-D", `${lines} not said yet; Ctrl-D again leaves`);
  }

  other(): void {
    this.#asked = undefined;
  }

  above({ columns }: Size): Row[] {
    const { status, waits } = this.#options;
    const unsaid = this.unsaid;
    const mark = waits() ? "waiting:" : "…";
    const lines = unsaid.slice(0, MAX_SHOWN).map((text) => `${mark} ${text}`);
    if (unsaid.length > MAX_SHOWN) lines.push(this.#progress(unsaid.length));
    for (const line of [status(), this.#asked?.hint]) if (line !== undefined) lines.push(line);
    return lines.map((line) => fit(line, columns)).map((text) => ({
      text: dim(text),
      width: textWidth(text),
    }));
  }

  label(character: string): string | undefined {
    return this.#blocks.label(character);
  }

  /** What is said of more lines than are shown. */
  #progress(unsaid: number): string {
    const more = `and ${unsaid - MAX_SHOWN} more`;
    if (this.#options.waits()) return `${more}${this.#queue.length > 0 ? ", Ctrl-C takes them back" : ""}`;
    if (this.#queue.length === 0) return more;
    return `sending ${this.#total - unsaid} of ${this.#total} lines, Ctrl-C stops`;
  }

  /** Takes back what was not sent yet, in front of what is being typed. */
  #stop(): void {
    const { editor } = this.#terminal;
    const rest = this.#queue.splice(0).map(({ text }) => text);
    const block = this.#blocks.fold(rest.join("\n"));
    const { line, cursor } = editor;
    editor.replace(block + line, cursor + block.length);
    const lines = rest.length === 1
      ? "1 line was not sent, and is"
      : `${rest.length} lines were not sent, and are`;
    this.#terminal.print(dim(`-- stopped: ${lines} back in the input`) + "\n");
  }

  /** Leaves, if this key was pressed before; else says that it will. */
  #leave(key: string, hint: string): void {
    if (this.#asked?.key === key) return this.#options.leave();
    this.#asked = { key, hint };
  }
}

import { dim } from "@std/fmt/colors";
import { clean } from "../../wire/clean.ts";
import { isQuit } from "../core/local_commands.ts";
import { Blocks } from "../../cli/terminal/blocks.ts";
import { type Candidates, Completion } from "../../cli/terminal/completion.ts";
import { note, type Row } from "../../cli/terminal/layout.ts";
import { SendQueue } from "./queue.ts";
import type { Size } from "../../cli/terminal/screen.ts";
import type { Terminal, Typing } from "../../cli/terminal/terminal.ts";

/** The most lines on their way that are shown; the others are counted. */
const MAX_SHOWN = 3;

/** What a composer asks for and calls. */
export interface ComposerOptions {
  /** The name under which lines are said, if it is known, and in which room if that is not the lobby. */
  name(): string | undefined;
  /** What Tab completes to. */
  candidates(): Candidates;
  /** The lines that were given to the connection and are not answered yet. */
  unanswered(): readonly string[];
  /** Whether they wait for a connection. */
  waits(): boolean;
  /** Whether the server takes a line that begins with a slash as a command. */
  commands(): boolean;
  /** A line about the connection, if there is something to tell. */
  status(): string | undefined;
  /** Whether the terminal edits the line by itself, so that nothing can be put into it. */
  plain?: boolean;
  /** Whether to stay when nothing more will be typed. */
  follow?: boolean;
  /** Leaves the room. */
  leave(): void;
}

/** What is typed into a terminal, until it is said: the line at the bottom, and the lines on their way above it. */
export class Composer implements Typing {
  readonly #terminal: Terminal;
  readonly #options: ComposerOptions;
  readonly #blocks = new Blocks();
  readonly #completion = new Completion();
  readonly #queue = new SendQueue();
  #arrived = Promise.withResolvers<void>();
  #finished = false;
  /** What to say about the last key, and the key itself if pressing it again leaves. */
  #hint?: { text: string; key?: string };

  /** Composes lines in this terminal. */
  constructor(terminal: Terminal, options: ComposerOptions) {
    this.#terminal = terminal;
    this.#options = options;
  }

  /**
   * The entered lines, in order. Each is handed out when the one before was taken and there is a connection: until then
   * it can be taken back. Ends when nothing more will be typed, and leaves the room.
   */
  async *lines(): AsyncGenerator<string> {
    while (true) {
      for (let next; !this.#options.waits() && (next = this.#queue.next()) !== undefined;) {
        const escaped = next.literal && next.text.startsWith("/") && this.#options.commands();
        yield escaped ? `/${next.text}` : next.text;
      }
      if (this.#finished && this.#queue.lines.length === 0) break;
      this.#arrived = Promise.withResolvers();
      await this.#arrived.promise;
    }
    if (this.#options.follow) return;
    // Behind what was said, so that all of it is answered.
    if (this.#options.commands()) yield "/quit";
    else this.#options.leave();
  }

  /** There is a connection again. */
  resume(): void {
    this.#arrived.resolve();
  }

  /** Everything entered that is not known to have been said. */
  get unsaid(): string[] {
    return [...this.#options.unanswered(), ...this.#queue.lines];
  }

  /** Puts what could not be said back into the line, if that is empty. Returns whether it did. */
  giveBack(text: string): boolean {
    const { editor, asking } = this.#terminal;
    const folded = this.#blocks.fold(text);
    editor.remember(folded);
    if (asking || editor.line !== "") return false;
    editor.replace(folded);
    return true;
  }

  /** Takes back all lines that wait, because they may have been meant for another room. */
  takeBack(): void {
    const rest: string[] = [];
    for (let lines; (lines = this.#queue.takeFirst()).length > 0;) rest.push(...lines);
    if (rest.length === 0) return;
    if (!this.#options.plain) return this.#putBack(rest);
    for (const line of rest) this.#terminal.print(`-- not said: ${clean(line)}\n`);
  }

  entered(line: string): void {
    const lines = this.#blocks.expand(line).filter((text) => text.trim() !== "");
    this.#blocks.keep(this.#terminal.editor.history);
    this.#hint = undefined;
    if (this.#options.waits() && isQuit(lines.at(0) ?? "")) return this.#options.leave();
    this.#queue.add(lines);
    this.#arrived.resolve();
  }

  pasted(text: string): string {
    this.#hint = undefined;
    return this.#blocks.fold(text);
  }

  tab(back: boolean): void {
    this.#hint = undefined;
    const { editor } = this.#terminal;
    const { line, cursor } = editor;
    const before = [...line.slice(0, cursor)].at(-1) ?? "";
    const unfolded = this.#blocks.unfold(before);
    if (unfolded === "too long") {
      this.#hint = { text: "too long to be edited here" };
      return;
    }
    if (unfolded !== undefined) {
      const head = line.slice(0, cursor - before.length) + unfolded.text;
      return editor.replace(head + line.slice(cursor), head.length);
    }
    const next = this.#completion.next({ line, cursor }, { ...this.#options.candidates(), back });
    if (next !== undefined) editor.replace(next.line, next.cursor);
  }

  interrupt(): void {
    const { editor } = this.#terminal;
    this.#hint = this.#hint?.key === "Ctrl-C" ? this.#hint : undefined;
    if (this.#queue.lines.length > 0 && !this.#options.waits()) return this.#stop();
    if (editor.line !== "") return editor.replace("");
    if (this.#queue.lines.length > 0) {
      return editor.replace(this.#blocks.fold(this.#queue.takeLast().join("\n")));
    }
    this.#leave("Ctrl-C", "Ctrl-C again leaves");
  }

  end(): void {
    const { length } = this.unsaid;
    if (length === 0) return this.#options.leave();
    const lines = length === 1 ? "1 line was" : `${length} lines were`;
    this.#leave("Ctrl-D", `${lines} not said yet; Ctrl-D again leaves`);
  }

  finish(): void {
    this.#finished = true;
    this.#arrived.resolve();
  }

  other(): void {
    this.#hint = undefined;
  }

  name(): string | undefined {
    return this.#options.name();
  }

  above({ columns }: Size): Row[] {
    const { status, waits } = this.#options;
    const unsaid = this.unsaid;
    const mark = waits() ? "waiting:" : "…";
    const lines = unsaid.slice(0, MAX_SHOWN).map((text) => `${mark} ${text}`);
    if (unsaid.length > MAX_SHOWN) lines.push(this.#progress(unsaid.length));
    for (const line of [status(), this.#hint?.text]) if (line !== undefined) lines.push(line);
    return lines.map((line) => note(line, columns));
  }

  label(character: string): string | undefined {
    return this.#blocks.label(character);
  }

  /** What is said about the lines that are not shown. */
  #progress(unsaid: number): string {
    const { progress } = this.#queue;
    if (this.#options.waits()) {
      return `and ${unsaid - MAX_SHOWN} more${progress === undefined ? "" : "; Ctrl-C takes back the last"}`;
    }
    if (progress === undefined || progress.total === 1) return `and ${unsaid - MAX_SHOWN} more`;
    return `sending ${progress.handed} of ${progress.total} lines, Ctrl-C stops`;
  }

  /** Takes back the rest of the lines that are being sent, and puts it in front of what is being typed. */
  #stop(): void {
    this.#putBack(this.#queue.takeFirst());
  }

  #putBack(rest: string[]): void {
    const { editor } = this.#terminal;
    const { line, cursor } = editor;
    const before = Blocks.before(this.#blocks.fold(rest.join("\n")), line);
    editor.replace(before + line, cursor + before.length);
    const lines = rest.length === 1
      ? "1 line was not sent, and is"
      : `${rest.length} lines were not sent, and are`;
    this.#terminal.print(dim(`-- stopped: ${lines} back in the input`) + "\n");
  }

  /** Leaves if this key was pressed just before; otherwise says that pressing it again leaves. */
  #leave(key: string, text: string): void {
    if (this.#hint?.key === key) return this.#options.leave();
    this.#hint = { text, key };
  }
}

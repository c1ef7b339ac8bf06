import { dim } from "@std/fmt/colors";
import { writeAll } from "../output.ts";
import { clean } from "../../wire/clean.ts";
import type { Device } from "./device.ts";
import { Editor } from "./editor.ts";
import { type Key, KeyReader, LEAVE_PASTES, MARK_PASTES } from "./keys.ts";
import { type Layout, layout, note, type Row } from "./layout.ts";
import { Screen, type Size } from "./screen.ts";

const PROMPT = "> ";

/** Clears the screen, and leaves what was scrolled out of it. */
const CLEAR = "\x1b[H\x1b[2J";

/** What is done with what is typed, and what stands above it. */
export interface Typing {
  /** A line was entered. */
  entered(line: string): void;
  /** A text was pasted; gives what to put into the line. */
  pasted(text: string): string;
  /** Tab was pressed, or with Shift, which goes `back`. */
  tab(back: boolean): void;
  /** Ctrl-C was pressed. */
  interrupt(): void;
  /** Ctrl-D was pressed on an empty line. */
  end(): void;
  /** Another key was pressed. */
  other(): void;
  /** The rows above the line, none of them wider than the screen. */
  above(size: Size): Row[];
  /** What is shown in place of a character of the line; nothing for most. */
  label(character: string): string | undefined;
}

/** A question that waits for its answer. */
interface Question {
  text: string;
  secret: boolean;
  /** Ends it; `undefined`: there is no answer. */
  answer(line: string | undefined): void;
}

/** A line that is typed at the bottom of a terminal, while what is printed appears above it. */
export class Terminal implements AsyncDisposable {
  readonly #device: Device;
  readonly #screen: Screen;
  readonly #keys = new KeyReader();
  readonly #watching: Disposable;
  readonly #reader: ReadableStreamDefaultReader<string>;
  readonly #left = new AbortController();
  #question?: Question;
  #typing?: Typing;
  /** Lines that were entered before there was something to be done with them. */
  #early: string[] = [];
  /** What was typed when a secret was asked for, until typing goes on: from then on nothing typed is shown. */
  #covered?: { line: string; cursor: number };
  #open = true;

  /** What is typed. */
  readonly editor: Editor = new Editor((line) => this.#entered(line));

  /** Takes a terminal over, until it is disposed of. */
  constructor(device: Device) {
    this.#device = device;
    this.#screen = new Screen({
      output: device.output,
      size: () => device.size(),
      bottom: (size) => this.#bottom(size),
    });
    this.#reader = device.input.pipeThrough(new TextDecoderStream()).getReader();
    this.#watching = device.watch(() => this.#resume());
    globalThis.addEventListener("unload", this.#restore);
    this.#resume();
    this.#read();
  }

  /**
   * From now on this says what is done with what is typed; `undefined`: nothing yet, it waits. What was typed since a
   * secret was asked for belongs to the secret, and is forgotten.
   */
  set typing(typing: Typing | undefined) {
    this.#typing = typing;
    this.refresh();
    if (typing === undefined) return;
    if (this.#covered !== undefined) {
      this.#early = [];
      this.editor.secret = false;
      this.editor.replace(this.#covered.line, this.#covered.cursor);
      this.#covered = undefined;
    }
    for (const line of this.#early.splice(0)) typing.entered(line);
  }

  /** Aborted when the terminal is gone, or someone wants to leave before there is anything to leave. */
  get left(): AbortSignal {
    return this.#left.signal;
  }

  /** What was entered, and there was nothing to be done with; not what may be a secret. */
  get unused(): readonly string[] {
    return this.#covered === undefined ? this.#early : [];
  }

  /** Clears the screen, and leaves what was scrolled out of it. */
  clear(): void {
    this.#screen.print(CLEAR);
  }

  /** Says that someone wants to leave. */
  leave(): void {
    this.#left.abort();
  }

  /** Whether a question waits for its answer, so that the line is not what is said. */
  get asking(): boolean {
    return this.#question !== undefined;
  }

  /**
   * Prints lines, the last one with its end, too. Gives a promise where more should come only when it has resolved.
   *
   * @throws {OutputError} where the terminal is gone
   */
  print(lines: string): Promise<void> | void {
    return this.#screen.print(lines);
  }

  /** Shows what has changed, soon. */
  refresh(): void {
    if (this.#open) this.#screen.refresh();
  }

  /**
   * Asks in place of the line that is being typed, which comes back after it. Gives nothing where no answer is given:
   * with Ctrl-C, Ctrl-D, or when the signal is aborted. What is `secret` is not shown, and cannot be brought back; nor
   * is anything else before `typing` is set again.
   */
  async ask(
    text: string,
    { secret = false, signal }: { secret?: boolean; signal?: AbortSignal } = {},
  ): Promise<string | undefined> {
    if (!this.#open || signal?.aborted || this.left.aborted) return;
    const before = { line: this.editor.line, cursor: this.editor.cursor };
    if (secret) this.#covered ??= before;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const answer = (answer: string | undefined) => {
      this.#question = undefined;
      this.editor.secret = secret;
      this.editor.replace(secret ? "" : before.line);
      this.#screen.print(`${text}${secret ? "" : clean(answer ?? "")}\n`);
      resolve(answer);
    };
    const stop = () => answer(undefined);
    signal?.addEventListener("abort", stop);
    this.#question = { text, secret, answer };
    this.editor.secret = true;
    this.editor.replace("");
    if (this.#early.length > 0) answer(this.#early.shift());
    this.refresh();
    return await promise.finally(() => signal?.removeEventListener("abort", stop));
  }

  /** Gives the terminal back as it was, with all that was printed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#screen.hide().catch(() => {});
    this.#open = false;
    this.#watching[Symbol.dispose]();
    globalThis.removeEventListener("unload", this.#restore);
    this.#restore();
    this.editor[Symbol.dispose]();
    await this.#reader.cancel().catch(() => {});
  }

  readonly #restore = () => {
    this.#device.raw(false);
    writeAll(this.#device.output, LEAVE_PASTES).catch(() => {});
  };

  /** Takes the terminal over, or again after someone else had it; what is on it may look different now. */
  #resume(): void {
    this.#device.raw(true);
    this.#screen.print(MARK_PASTES);
    this.#screen.show();
  }

  async #read(): Promise<void> {
    try {
      for (let next; !(next = await this.#reader.read()).done;) {
        for (const key of this.#keys.push(next.value)) this.#take(key);
        this.refresh();
      }
    } catch {
      // A terminal that is gone ends like one that was closed.
    }
    this.#question?.answer(undefined);
    this.#left.abort();
  }

  #take(key: Key): void {
    switch (key.kind) {
      case "text":
        this.editor.type(key.text);
        return this.#typing?.other();
      case "paste": {
        const firstLine = clean(key.text.split(/[\r\n]/)[0]);
        return this.editor.insert(this.asking ? firstLine : this.#typing?.pasted(key.text) ?? firstLine);
      }
      case "tab":
        return this.asking ? undefined : this.#typing?.tab(key.back);
      case "history":
        if (this.asking) return;
        this.editor.recall(key.back);
        return this.#typing?.other();
      case "interrupt":
        return this.#leave((typing) => typing.interrupt());
      case "end":
        if (this.editor.line !== "") return this.editor.type("\x04");
        return this.#leave((typing) => typing.end());
      case "suspend":
        return void this.#suspend();
      case "clear":
        return this.clear();
    }
  }

  /** Does what a key for leaving does: to a question, to what is typed, or where there is neither. */
  #leave(typing: (typing: Typing) => void): void {
    if (this.#question !== undefined) this.#question.answer(undefined);
    else if (this.#typing !== undefined) typing(this.#typing);
    else this.leave();
  }

  #entered(line: string): void {
    if (this.#question !== undefined) this.#question.answer(line);
    else if (this.#typing !== undefined) this.#typing.entered(line);
    else this.#early.push(line);
  }

  async #suspend(): Promise<void> {
    await this.#screen.hide();
    this.#restore();
    if (this.#device.suspend()) return;
    this.#screen.print(dim("-- Ctrl-Z cannot stop the program here") + "\n");
    this.#resume();
  }

  #bottom({ columns, rows }: Size): Layout {
    const { line, cursor } = this.editor;
    if (this.#covered !== undefined) {
      return layout({ prompt: this.#question?.text ?? "", line: "", cursor: 0, columns, rows });
    }
    if (this.#question !== undefined) {
      return layout({ prompt: this.#question.text, line, cursor, columns, rows });
    }
    const above =
      (this.#typing?.above({ columns, rows }) ?? this.#early.map((line) => note(`… ${line}`, columns)))
        .slice(0, Math.max(0, rows - 2));
    const label = (character: string) => this.#typing?.label(character);
    const limit = Math.max(1, Math.min(Math.floor(rows / 2), rows - 1 - above.length));
    const input = layout({ prompt: PROMPT, line, cursor, columns, rows: limit, label });
    return { ...input, rows: [...above, ...input.rows], row: above.length + input.row };
  }
}

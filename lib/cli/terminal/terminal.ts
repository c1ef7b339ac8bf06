import { dim, stripAnsiCode } from "@std/fmt/colors";
import { writeAll } from "../output.ts";
import { clean } from "../../wire/clean.ts";
import { Appender } from "./appender.ts";
import type { Device } from "./device.ts";
import { Editor } from "./editor.ts";
import { type Key, KeyReader, LEAVE_PASTES, MARK_PASTES } from "./keys.ts";
import { type Layout, layout, note, promptFor } from "./layout.ts";
import { Screen, type Size, type Surface } from "./screen.ts";
import type { Typing } from "./typing.ts";

export type { Typing } from "./typing.ts";

/** Clears the screen, but not the scrollback. */
const CLEAR = "\x1b[H\x1b[2J";

/** A question that waits for its answer. */
interface Question {
  text: string;
  secret: boolean;
  /** Ends the question; `undefined`: without an answer. */
  answer(line: string | undefined): void;
}

/** A terminal with a line being typed at the bottom, while printed lines appear above it. */
export class Terminal implements AsyncDisposable {
  readonly #device: Device;
  readonly #screen: Surface;
  readonly #keys = new KeyReader();
  readonly #watching: Disposable;
  readonly #reader: ReadableStreamDefaultReader<string>;
  readonly #left = new AbortController();
  #question?: Question;
  #typing?: Typing;
  /** Lines that were entered before `typing` was set. */
  #early: string[] = [];
  /** The line from before a secret was asked for, until `typing` is set again; meanwhile nothing typed is shown. */
  #covered?: { line: string; cursor: number };
  #open = true;
  /** Whether the terminal edits the line by itself, and everything is only appended. */
  readonly #plain: boolean;
  /** The beginning of a line, if the terminal edits it. */
  #partial = "";
  /** Whether nothing more will be typed. */
  #finished = false;

  /** The line being typed. */
  readonly editor: Editor = new Editor((line) => this.#entered(line));

  /** Takes over a terminal device until it is disposed of. `plain`: append lines only, and move no cursor. */
  constructor(device: Device, { plain = false }: { plain?: boolean } = {}) {
    this.#device = device;
    this.#plain = plain;
    this.#screen = plain ? new Appender(device.output) : new Screen({
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
   * Who handles what is typed from now on; `undefined`: nobody yet, it waits. What was typed since a secret was asked
   * for may be part of the secret, and is forgotten.
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
    if (this.#finished) typing.finish?.();
  }

  /** Aborted when the terminal is gone, or when the user wants to leave before joining. */
  get left(): AbortSignal {
    return this.#left.signal;
  }

  /** Entered lines that nobody handled, except for what may be a secret. */
  get unused(): readonly string[] {
    return this.#covered === undefined ? this.#early : [];
  }

  /** Clears the screen, and leaves what was scrolled out of it. */
  clear(): void {
    this.#screen.print(CLEAR);
  }

  /** Aborts {@linkcode Terminal.left}. */
  leave(): void {
    this.#left.abort();
  }

  /** Whether a question waits for its answer, so that the line is an answer and not a message. */
  get asking(): boolean {
    return this.#question !== undefined;
  }

  /**
   * Prints lines, each with its line end. If it returns a promise, print nothing more until it resolves.
   *
   * @throws {OutputError} if the terminal is gone
   */
  print(lines: string): Promise<void> | void {
    return this.#screen.print(lines);
  }

  /** Redraws soon. */
  refresh(): void {
    if (this.#open) this.#screen.refresh();
  }

  /**
   * Asks a question in place of the line being typed, which comes back afterwards. Resolves to `undefined` if there is
   * no answer: after Ctrl-C, Ctrl-D, or when the signal is aborted. A `secret` answer is not shown and cannot be
   * recalled; nothing else typed is shown until `typing` is set again.
   */
  async ask(
    text: string,
    { secret = false, signal }: { secret?: boolean; signal?: AbortSignal } = {},
  ): Promise<string | undefined> {
    if (!this.#open || signal?.aborted || this.left.aborted) return;
    if (this.#plain) this.#screen.print(`${text.trimEnd()}\n`);
    if (this.#finished && this.#early.length === 0) return;
    const before = { line: this.editor.line, cursor: this.editor.cursor };
    if (secret) this.#covered ??= before;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const answer = (answer: string | undefined) => {
      this.#question = undefined;
      this.editor.secret = secret;
      this.editor.replace(secret ? "" : before.line);
      if (this.#plain) this.#device.raw(false);
      else this.#screen.print(`${text}${secret ? "" : clean(answer ?? "")}\n`);
      resolve(answer);
    };
    const stop = () => answer(undefined);
    signal?.addEventListener("abort", stop);
    this.#question = { text, secret, answer };
    this.editor.secret = true;
    this.editor.replace("");
    if (this.#plain) this.#device.raw(secret);
    if (this.#early.length > 0) answer(this.#early.shift());
    this.refresh();
    return await promise.finally(() => signal?.removeEventListener("abort", stop));
  }

  /** Shows what was printed, and restores the terminal. */
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
    if (!this.#plain) writeAll(this.#device.output, LEAVE_PASTES).catch(() => {});
  };

  /** Takes over the terminal, at first or after another process had it and may have changed the screen. */
  #resume(): void {
    if (this.#plain) return this.#device.raw(this.#question?.secret === true);
    this.#device.raw(true);
    this.#screen.print(MARK_PASTES);
    this.#screen.show();
  }

  async #read(): Promise<void> {
    try {
      for (let next; !(next = await this.#reader.read()).done;) {
        if (this.#plain && this.#question?.secret !== true) this.#takeLines(next.value);
        else for (const key of this.#keys.push(next.value)) this.#take(key);
        this.refresh();
      }
      if (this.#plain) return this.#finish();
    } catch {
      // A terminal that fails ends like one that was closed.
    }
    this.#question?.answer(undefined);
    this.#left.abort();
  }

  /** Takes what the terminal sends when it edits lines by itself. */
  #takeLines(text: string): void {
    const lines = (this.#partial + text).split("\n");
    this.#partial = lines.pop()!;
    for (const line of lines) this.#entered(stripAnsiCode(line.replace(/\r$/, "")));
  }

  /** The end of the input: what was typed before is still said. */
  #finish(): void {
    if (this.#partial !== "") this.#takeLines("\n");
    this.#finished = true;
    this.#question?.answer(undefined);
    this.#typing?.finish?.();
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

  /** Lets a key for leaving act on the question, else on what is typed, else on the terminal. */
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
    const input = layout({
      prompt: promptFor(this.#typing?.name?.(), columns),
      line,
      cursor,
      columns,
      rows: limit,
      label,
    });
    return { ...input, rows: [...above, ...input.rows], row: above.length + input.row };
  }
}

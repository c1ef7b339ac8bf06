import { type Output, writeAll } from "../output.ts";
import type { Surface } from "./screen.ts";

/** How much, in code units, may wait to be written before callers have to wait. */
const MAX_UNWRITTEN = 64 * 1024;

/** A terminal that is only written to, line after line: for screen readers, logs, and terminals that can do no more. */
export class Appender implements Surface {
  readonly #output: Output;
  #unwritten = "";
  #writing?: Promise<void>;
  #error?: unknown;

  /** Writes to this output. */
  constructor(output: Output) {
    this.#output = output;
  }

  print(lines: string): Promise<void> | void {
    if (this.#error !== undefined) throw this.#error;
    this.#unwritten += lines;
    if (this.#unwritten !== "") this.#writing ??= this.#write();
    if (this.#unwritten.length > MAX_UNWRITTEN) return this.drawn();
  }

  refresh(): void {}

  async drawn(): Promise<void> {
    await this.#writing;
    if (this.#error !== undefined) throw this.#error;
  }

  async hide(): Promise<void> {
    await this.drawn();
  }

  show(): void {}

  async #write(): Promise<void> {
    try {
      while (this.#unwritten !== "") {
        const lines = this.#unwritten;
        this.#unwritten = "";
        await writeAll(this.#output, lines);
      }
    } catch (error) {
      this.#error = error;
    }
    this.#writing = undefined;
  }
}

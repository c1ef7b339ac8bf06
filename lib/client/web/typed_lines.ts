/** The lines that were entered and that the conversation has not taken yet. Each conversation takes them in order. */
export class TypedLines {
  readonly #lines: string[] = [];
  #wake = () => {};

  /** What waits. */
  get waiting(): readonly string[] {
    return this.#lines;
  }

  /** Enters a line. */
  add(line: string): void {
    this.#lines.push(line);
    this.#wake();
  }

  /** The lines for one conversation; a line that it does not ask for waits for the next one. */
  async *until(signal: AbortSignal): AsyncGenerator<string> {
    signal.addEventListener("abort", () => this.#wake());
    while (!signal.aborted) {
      const line = this.#lines.shift();
      if (line !== undefined) yield line;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}

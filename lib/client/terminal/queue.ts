/** Lines that were entered at once, of which the first may have been handed out already. */
interface Submission {
  lines: string[];
  /** How many there were. */
  total: number;
}

/** What was entered and waits for its turn, in order. */
export class SendQueue {
  readonly #submissions: Submission[] = [];

  /** The lines that wait. */
  get lines(): string[] {
    return this.#submissions.flatMap(({ lines }) => lines);
  }

  /** How far those are that were entered first: how many of how many lines were handed out. */
  get progress(): { handed: number; total: number } | undefined {
    const first = this.#submissions.at(0);
    return first === undefined ? undefined : { handed: first.total - first.lines.length, total: first.total };
  }

  /** Puts lines that were entered at once at the end. */
  add(lines: string[]): void {
    if (lines.length > 0) this.#submissions.push({ lines, total: lines.length });
  }

  /** Hands out the next line; it is `literal` where it was entered with others, and so is no command. */
  next(): { text: string; literal: boolean } | undefined {
    const first = this.#submissions.at(0);
    if (first === undefined) return;
    const text = first.lines.shift()!;
    if (first.lines.length === 0) this.#submissions.shift();
    return { text, literal: first.total > 1 };
  }

  /** Takes back what is left of the lines that were entered first. */
  takeFirst(): string[] {
    return this.#submissions.shift()?.lines ?? [];
  }

  /** Takes back the lines that were entered last. */
  takeLast(): string[] {
    return this.#submissions.pop()?.lines ?? [];
  }
}

/** Lines that were entered together; the first ones may have been handed out already. */
interface Submission {
  lines: string[];
  /** How many there were. */
  total: number;
}

/** Entered lines that wait for their turn, in order. */
export class SendQueue {
  readonly #submissions: Submission[] = [];

  /** The waiting lines. */
  get lines(): string[] {
    return this.#submissions.flatMap(({ lines }) => lines);
  }

  /** The progress of the oldest submission: how many of its lines were handed out, and how many it has. */
  get progress(): { handed: number; total: number } | undefined {
    const first = this.#submissions.at(0);
    return first === undefined ? undefined : { handed: first.total - first.lines.length, total: first.total };
  }

  /** Appends lines that were entered together. */
  add(lines: string[]): void {
    if (lines.length > 0) this.#submissions.push({ lines, total: lines.length });
  }

  /** Hands out the next line. It is `literal`, and so no command, if it was entered together with others. */
  next(): { text: string; literal: boolean } | undefined {
    const first = this.#submissions.at(0);
    if (first === undefined) return;
    const text = first.lines.shift()!;
    if (first.lines.length === 0) this.#submissions.shift();
    return { text, literal: first.total > 1 };
  }

  /** Takes back what is left of the oldest submission. */
  takeFirst(): string[] {
    return this.#submissions.shift()?.lines ?? [];
  }

  /** Takes back the newest submission. */
  takeLast(): string[] {
    return this.#submissions.pop()?.lines ?? [];
  }
}

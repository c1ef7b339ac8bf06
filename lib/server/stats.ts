/** Counts how often each limit was met since the server started. */
export class Stats {
  readonly #met = new Map<string, number>();

  /** Counts one meeting of a limit; `limit` names it as {@linkcode Stats.summary} shows it. */
  count(limit: string): void {
    this.#met.set(limit, (this.#met.get(limit) ?? 0) + 1);
  }

  /** Every limit that was met, such as `lines too long: 3, wrong passwords: 1`; `none` if no limit was. */
  get summary(): string {
    return [...this.#met].map(([limit, times]) => `${limit}: ${times}`).join(", ") || "none";
  }
}

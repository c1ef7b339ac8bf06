/** Counts how often each limit was met since the server began. */
export class Stats {
  readonly #met = new Map<string, number>();

  /** Counts that a limit was met; `limit` says which, as {@linkcode Stats.summary} shows it. */
  count(limit: string): void {
    this.#met.set(limit, (this.#met.get(limit) ?? 0) + 1);
  }

  /** All that was met, such as `lines too long: 3, wrong passwords: 1`. */
  get summary(): string {
    return [...this.#met].map(([limit, times]) => `${limit}: ${times}`).join(", ") || "none";
  }
}

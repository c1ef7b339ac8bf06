/** What a speaker says: its number among the speaker's messages, and when it was said. */
const MESSAGE = /^soak (\d+) (\d+\.?\d*)$/;

/** How the text of such a message is made. `now`: `performance.now()`. */
export function message(number: number, now: number): string {
  return `soak ${number} ${now}`;
}

/** What one member hears of what the speakers say: all of it, once, and in order, or it counts what is wrong. */
export class Story {
  /** Messages that never came, came twice, or came too late. */
  lost = 0;
  repeated = 0;
  /** How many came. */
  heard = 0;
  readonly #last = new Map<string, number>();
  readonly #latency: (ms: number) => void;

  /** `latency` is given how long each message took, in milliseconds. */
  constructor(latency: (ms: number) => void = () => {}) {
    this.#latency = latency;
  }

  /** Takes what someone said; what no speaker says does not count. */
  take(name: string, text: string): void {
    const match = MESSAGE.exec(text);
    if (match === null || !name.startsWith("speaker")) return;
    const number = Number(match[1]);
    const last = this.#last.get(name) ?? 0;
    this.#latency(performance.now() - Number(match[2]));
    this.heard++;
    if (number <= last) this.repeated++;
    else this.lost += number - last - 1;
    this.#last.set(name, Math.max(number, last));
  }

  /** Compares the end of it with what the speakers said last; `own`: the speaker that this member is itself. */
  end(said: ReadonlyMap<string, number>, own?: string): void {
    for (const [name, last] of said) if (name !== own) this.lost += last - (this.#last.get(name) ?? 0);
  }
}

/** How often, in milliseconds, a server is asked for an answer, so that each side knows that the other is there. */
const HEARTBEAT_INTERVAL_MS = 30_000;

/** What a heartbeat is for. */
export interface HeartbeatOptions {
  /** Asks for an answer. */
  ask(): void;
  /** Whether an answer is to be expected yet; `undefined` gives up. */
  expected(): boolean | undefined;
  /** Ends the connection. */
  giveUp(): void;
  /** How often it asks, in milliseconds. */
  interval?: number;
}

/** Finds out that a connection is dead on which nothing comes, although it was asked for an answer. */
export class Heartbeat implements Disposable {
  readonly #options: HeartbeatOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #heard = true;

  /** See {@linkcode HeartbeatOptions}. */
  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#beat(), options.interval ?? HEARTBEAT_INTERVAL_MS);
  }

  /** Something came. */
  heard(): void {
    this.#heard = true;
  }

  /** Stops. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const { ask, expected, giveUp } = this.#options;
    const due = expected();
    if (due === undefined || (due && !this.#heard)) return giveUp();
    if (!due) return;
    this.#heard = false;
    ask();
  }
}

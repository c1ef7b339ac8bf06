/** The default interval, in milliseconds: often enough that each side knows the other is there. */
const HEARTBEAT_INTERVAL_MS = 30_000;

/** What a {@linkcode Heartbeat} takes. */
export interface HeartbeatOptions {
  /** Asks the peer for an answer. */
  ask(): void;
  /** Whether an answer can be expected yet; `undefined` gives up. */
  expected(): boolean | undefined;
  /** Ends the dead connection. */
  giveUp(): void;
  /** How often to ask, in milliseconds; 30 seconds by default. */
  interval?: number;
}

/** Detects a dead connection: one on which nothing arrives for a whole interval although it was asked for an answer. */
export class Heartbeat implements Disposable {
  readonly #options: HeartbeatOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #heard = true;

  /** Starts to beat. */
  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#beat(), options.interval ?? HEARTBEAT_INTERVAL_MS);
  }

  /** Notes that something arrived. */
  heard(): void {
    this.#heard = true;
  }

  /** Stops beating. */
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

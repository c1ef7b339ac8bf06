import type { LastLine, Log } from "../log/log.ts";
import type { Draft, Message } from "../wire/entries.ts";

/** How many presence and rename drafts may wait for a failing log; beyond that, the oldest are dropped. */
const MAX_WAITING = 1000;

/** How long, in milliseconds, until a log that failed is tried again for whatever waits. */
const LOG_RETRY_MS = 1000;

/** A message before it is in the log. */
export type MessageDraft = Extract<Draft, Pick<Message, "kind">>;

/** Callbacks that report how committing goes. */
export interface CommitterOptions {
  /** A commit is over, and the next one may begin. */
  wake(): void;
  /** The log could not keep a message; `why` is a sentence. */
  refused(draft: MessageDraft, why: string): void;
  /** The log has begun to fail, or works again; `what` is a sentence. */
  changed(what: string): void;
}

/**
 * Gathers drafts and hands them to the log a batch at a time. If the log cannot keep a batch, messages in it are
 * refused; arrivals, departures and renames wait until it can.
 */
export class Committer {
  readonly #log: Log;
  readonly #options: CommitterOptions;
  #drafts: Draft[] = [];
  #lastLines = new Map<string, LastLine>();
  #then: ((failure?: string) => void)[] = [];
  #committing = false;
  #failing = false;
  #waiting: Draft[] = [];
  #retryAt = 0;

  /** See {@linkcode CommitterOptions}. */
  constructor(log: Log, options: CommitterOptions) {
    this.#log = log;
    this.#options = options;
  }

  /** Adds drafts to the next batch. */
  draft(...drafts: Draft[]): void {
    this.#drafts.push(...drafts);
  }

  /** Records, with the next batch, up to which of its numbers the lines of the member with this key were handled. */
  noteLastLine(key: string, lastLine: LastLine): void {
    this.#lastLines.set(key, lastLine);
  }

  /** Calls `run` once everything added so far is in the log, or with the reason if it could not be kept. */
  then(run: (failure?: string) => void): void {
    this.#then.push(run);
  }

  /** Tells everyone that the log can keep nothing more, for this reason, or without one that it can again. */
  trouble(reason?: string): void {
    if (reason === undefined) this.#works();
    else this.#fails(reason);
  }

  /** Whether the log is keeping a batch right now. */
  get committing(): boolean {
    return this.#committing;
  }

  /** When the next commit is due, on the clock of `performance.now()`; infinity if nothing waits. */
  get due(): number {
    return this.#waiting.length > 0 && !this.#committing ? this.#retryAt : Infinity;
  }

  /** Hands over what was added, and what waits. Anything added while the log is busy goes into the next batch. */
  commit(now: number): void {
    if (this.#committing) return;
    const [lastLines, then] = [this.#lastLines, this.#then];
    const idle = this.#drafts.length === 0 && lastLines.size === 0 && now < this.#retryAt;
    const drafts = idle ? [] : [...this.#waiting.splice(0), ...this.#drafts];
    this.#drafts = [];
    this.#lastLines = new Map();
    this.#then = [];
    const done = (failure?: string) => then.forEach((run) => run(failure));
    if (drafts.length === 0 && lastLines.size === 0) return done();
    try {
      const kept = this.#log.append(drafts, lastLines);
      if (kept === undefined) return this.#kept(done);
      this.#committing = true;
      kept.then(() => this.#kept(done), (error) => this.#failed(error, drafts, done)).finally(() => {
        this.#committing = false;
        this.#options.wake();
      });
    } catch (error) {
      this.#failed(error, drafts, done);
    }
  }

  #works(): void {
    if (this.#failing) this.#options.changed("the log can be written again: go on");
    this.#failing = false;
  }

  #fails(reason: string): void {
    if (!this.#failing) {
      this.#options.changed(`nothing can be said for now, the log cannot be written: ${reason}`);
    }
    this.#failing = true;
  }

  #kept(done: () => void): void {
    this.#works();
    done();
  }

  #failed(error: unknown, drafts: Draft[], done: (failure: string) => void): void {
    const reason = error instanceof Error ? error.message : String(error);
    const why = `not said, the log cannot keep it: ${reason}`;
    this.#fails(reason);
    this.#retryAt = performance.now() + LOG_RETRY_MS;
    for (const draft of drafts) {
      if (draft.kind === "said" || draft.kind === "action") this.#options.refused(draft, why);
      else this.#waiting.push(draft);
    }
    this.#waiting.splice(0, Math.max(0, this.#waiting.length - MAX_WAITING));
    done(why);
  }
}

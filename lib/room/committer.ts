import type { Log } from "../log/log.ts";
import type { Draft, Message } from "../wire/entries.ts";

/** The most presence and renames that wait for a log that cannot keep them; beyond, the oldest are left out. */
const MAX_WAITING = 1000;

/** How long, in milliseconds, until a log that failed is tried again for what waits. */
const RETRY_MS = 1000;

/** A message before it is in the log. */
export type MessageDraft = Extract<Draft, Pick<Message, "kind">>;

/** Who is told how committing goes. */
export interface CommitterOptions {
  /** A commit is over, so that the next one may begin. */
  wake(): void;
  /** The log could not keep a message; `why` is a sentence. */
  refused(draft: MessageDraft, why: string): void;
  /** The log has begun to fail, or works again; `what` is a sentence. */
  changed(what: string): void;
}

/**
 * Gathers what is to go into the log next, and hands it over a batch at a time. What the log cannot keep is refused,
 * if someone said it; the story of who came and went waits until it can.
 */
export class Committer {
  readonly #log: Log;
  readonly #options: CommitterOptions;
  #drafts: Draft[] = [];
  #lastLines = new Map<string, number>();
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

  /** Notes, with the next batch, that all up to number `line` was handled of what the member with this key said. */
  noteLastLine(key: string, line: number): void {
    this.#lastLines.set(key, line);
  }

  /** Runs something when all that was added so far is in the log, or could not be kept: then it is told why. */
  then(run: (failure?: string) => void): void {
    this.#then.push(run);
  }

  /** Whether a batch is on its way into the log. */
  get committing(): boolean {
    return this.#committing;
  }

  /** When the next commit is due, on the clock of `performance.now()`; never where nothing waits. */
  get due(): number {
    return this.#waiting.length > 0 && !this.#committing ? this.#retryAt : Infinity;
  }

  /** Hands over what was added, and what waits. What is added until the log has kept it goes with the next batch. */
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

  #kept(done: () => void): void {
    if (this.#failing) this.#options.changed("the log can be written again: go on");
    this.#failing = false;
    done();
  }

  #failed(error: unknown, drafts: Draft[], done: (failure: string) => void): void {
    const reason = error instanceof Error ? error.message : String(error);
    const why = `not said, the log cannot keep it: ${reason}`;
    if (!this.#failing) {
      this.#options.changed(`nothing can be said for now, the log cannot be written: ${reason}`);
    }
    this.#failing = true;
    this.#retryAt = performance.now() + RETRY_MS;
    for (const draft of drafts) {
      if (draft.kind === "said" || draft.kind === "action") this.#options.refused(draft, why);
      else this.#waiting.push(draft);
    }
    this.#waiting.splice(0, Math.max(0, this.#waiting.length - MAX_WAITING));
    done(why);
  }
}

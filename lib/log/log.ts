import type { Draft, Entry, Message } from "../wire/entries.ts";

/**
 * A room's log: it takes what happened, numbers it, keeps it, and hands it back in order. The room delivers only what
 * the log hands back, and takes number and order from it alone, so it does not matter whether a log lives in memory, in
 * a file or elsewhere. `tests/log/contract.ts` tests what every log must do.
 */
export interface Log extends AsyncDisposable {
  /** Names one life of this log: with the same `id`, equal numbers mean equal entries. */
  readonly id: string;

  /** The sequence number of the last entry handed back; 0 before the first. */
  readonly last: number;

  /**
   * Sets the listener that is handed the entries: each once, in order, in the batches in which they were kept, and
   * never before they are. Call it before the first `append`.
   *
   * `trouble` is called when the log itself notices that it can keep nothing more, with the reason, and without one when
   * it can again.
   */
  follow(listener: (entries: Entry[]) => void, trouble?: (reason?: string) => void): void;

  /**
   * Takes a batch: drafts, and the highest `/once` numbers handled. When this returns or, if it returns a promise, when
   * that resolves, the batch has been kept and handed to the listener. Do not call it again before then.
   *
   * @throws or rejects if the batch cannot be kept; then none of it was
   */
  append(drafts: readonly Draft[], lastLines?: LastLines): void | Promise<void>;

  /**
   * The highest `/once` number kept for this key, in this log or another one of the same server; 0 if there is none, or
   * it has been forgotten since.
   */
  lastLine(key: string): number | Promise<number>;

  /** How many messages were ever handed back, up to entry `seq`: also of those that are no longer there. */
  messages(seq: number): number | Promise<number>;

  /**
   * Reads a page of what follows entry `after`, in order: at least one entry if there is one, and about `bytes` at most.
   * If the entries right after `after` are gone, it begins with the first that is still there. The last one always is.
   */
  read(after: number, bytes: number): Entry[] | Promise<Entry[]>;

  /** The newest messages of those that are meant, in order. */
  history(which: Which): Message[] | Promise<Message[]>;

  /** The newest messages that have all of these words, newest first, `limit` at most. Not every log can tell. */
  search?(words: readonly string[], limit: number): Message[] | Promise<Message[]>;
}

/** Which past messages are meant. */
export interface Which {
  /** How many at most; never more than {@linkcode MAX_HISTORY}. */
  limit: number;
  /** None from before this time, in milliseconds since 1970. */
  since?: number;
  /** Only those with a higher number than this one. */
  after?: number;
  /** Only those with a lower number than this one. */
  before?: number;
}

/** For the keys of members, the highest number of `/once` that was handled. */
export type LastLines = ReadonlyMap<string, LastLine>;

/** The highest number of `/once` that a client has given. */
export interface LastLine {
  /** The number. */
  readonly line: number;
  /** Where the client is, as limits count it: a log that forgets some begins with those of the source that has most. */
  readonly source: string;
}

/** The entries that drafts become after entry `last`. `time`: theirs, in milliseconds since 1970. */
export function numbered(drafts: readonly Draft[], last: number, time: number): Entry[] {
  return drafts.map((draft, i) => {
    const seq = last + 1 + i;
    if (draft.kind !== "said" && draft.kind !== "action") return { seq, time, ...draft };
    // There are many of these, and copying them property by property takes a sixth of the time.
    const { kind, name, text, authorKey: by, line } = draft;
    return { seq, time, kind, name, text, authorKey: by, line };
  });
}

/** The most messages that `history` and `search` return at once. */
export const MAX_HISTORY = 200;

/** About how many bytes an entry takes in memory: its text, its names, and the engine's overhead. */
export function sizeOf(entry: Entry): number {
  // Measured on V8: about what an entry object takes with its number and slots.
  const OVERHEAD = 160;
  switch (entry.kind) {
    case "said":
    case "action":
      return OVERHEAD + 2 * entry.text.length;
    case "joined":
    case "left":
      return OVERHEAD + 80 * entry.names.length;
    case "renamed":
      return OVERHEAD;
  }
}

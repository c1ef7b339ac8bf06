import { type Log, MAX_HISTORY } from "../log/log.ts";
import type { Message } from "../wire/entries.ts";
import type { Resume, Seen } from "../wire/hello.ts";

/** Where a member's stream begins. */
export interface StreamStart {
  /** The entry after which it goes on. */
  seq: number;
  /** How many messages were ever said up to that entry. */
  messages: number;
  /** Earlier messages, for a newcomer. */
  history: Message[];
  /** What to tell a member that cannot go on exactly where it stopped. */
  notice?: string;
}

/** What decides where a stream begins. */
export interface StartOptions {
  /** How many messages a newcomer is shown. */
  historyLength: number;
  /** What its reader had before its connection broke. */
  resume?: Resume;
  /** What its reader has seen at an earlier time. */
  seen?: Seen;
}

/**
 * Finds where a stream begins: after what its reader had, if that is known and the log still has what follows;
 * otherwise at the end, preceded by the messages since what its reader has seen, or by the last ones.
 */
export async function findStart(log: Log, { resume, ...options }: StartOptions): Promise<StreamStart> {
  const fresh = (notice?: string) => atEnd(log, { ...options, notice });
  if (resume === undefined) return await fresh();
  const { since, time } = resume;
  if (resume.log !== log.id) {
    return await fresh(
      "the server was restarted, and earlier messages are gone: what you missed is unknown",
    );
  }
  if (since > log.last) {
    return await fresh(
      `the room has lost the last ${since - log.last} messages that you saw, and goes on without them`,
    );
  }
  const [first] = since === 0 ? await log.read(0, 0) : await log.read(since - 1, 0);
  if (first?.seq === since && time !== undefined && first.time !== time) {
    return await fresh(
      "the room was put back to an earlier time: what you saw last is not in it, what you missed is unknown",
    );
  }
  const gone = first === undefined ? 0 : Math.max(0, first.seq - since - 1);
  const seq = since + gone;
  const start = { seq, messages: await log.messages(seq), history: [] };
  if (gone === 0) return start;
  return { ...start, notice: `you missed ${gone} messages: the room does not keep them any more` };
}

async function atEnd(
  log: Log,
  { historyLength, seen, notice }: Omit<StartOptions, "resume"> & { notice?: string },
): Promise<StreamStart> {
  const seq = log.last;
  const known = seen !== undefined && seen.log === log.id && seen.seq <= seq;
  const past = await log.history(known ? { limit: MAX_HISTORY, after: seen.seq } : { limit: historyLength });
  const history = past.filter((message) => message.seq <= seq);
  return { seq, messages: await log.messages(seq), history, notice };
}

import type { Log } from "../log/log.ts";
import type { Message } from "../wire/entries.ts";
import type { Resume } from "../wire/hello.ts";

/** Where a member's stream begins. */
export interface StreamStart {
  /** The entry after which it goes on. */
  seq: number;
  /** Earlier messages, for a newcomer. */
  history: Message[];
  /** What to tell a member that cannot go on exactly where it stopped. */
  notice?: string;
}

/**
 * Finds where a stream begins: after what its reader has seen, if that is known and the log still has what follows;
 * otherwise at the end, preceded by the last `historyLength` messages.
 */
export async function findStart(log: Log, historyLength: number, resume?: Resume): Promise<StreamStart> {
  if (resume === undefined) return await atEnd(log, historyLength);
  const fresh = (notice: string) => atEnd(log, historyLength, notice);
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
  if (gone === 0) return { seq: since, history: [] };
  return {
    seq: since + gone,
    history: [],
    notice: `you missed ${gone} messages: the room does not keep them any more`,
  };
}

async function atEnd(log: Log, historyLength: number, notice?: string): Promise<StreamStart> {
  const seq = log.last;
  const past = await log.history({ limit: historyLength });
  return { seq, history: past.filter((message) => message.seq <= seq), notice };
}

import type { Welcome } from "../../wire/entries.ts";
import type { Resume } from "../../wire/hello.ts";
import type { ReceivedEntry } from "../../wire/received.ts";
import type { Place } from "./places.ts";

/** How much of a room's log has come: where a new connection goes on, and what is to be remembered. Pure. */
export class Position {
  #resume?: Resume;
  /** How many messages the room had counted up to there; `undefined` if the server does not count. */
  #messages?: number;

  /** Where a new connection goes on; `undefined` before the first welcome. */
  get resume(): Resume | undefined {
    return this.#resume;
  }

  /** How far the room has been seen; `undefined` if that is not worth remembering, or no entry has come yet. */
  get place(): Place | undefined {
    const [messages, { log, since, time } = {}] = [this.#messages, this.#resume];
    if (messages === undefined || log === undefined || since === undefined || time === undefined) {
      return undefined;
    }
    return { log, seq: since, time, messages };
  }

  /** Starts over where a welcome says. */
  welcome({ log, seq, messages }: Welcome): void {
    const known = this.#resume?.log === log && this.#resume.since === seq ? this.#resume.time : undefined;
    this.#resume = { log, since: seq, time: known };
    this.#messages = messages;
  }

  /** Moves behind an entry. One from before the welcome changes nothing. */
  moveTo(entry: ReceivedEntry): void {
    if (this.#resume === undefined) return;
    this.#resume = { log: this.#resume.log, since: entry.seq, time: entry.time };
    const isMessage = entry.kind === "said" || entry.kind === "action";
    if (isMessage && this.#messages !== undefined) this.#messages++;
  }
}

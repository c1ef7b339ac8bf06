import type { Entry, RoomSummary } from "../wire/entries.ts";
import { isMessage } from "../wire/entries.ts";
import { mentions } from "../wire/mention.ts";
import type { Member, Person } from "./member.ts";
import type { Roster } from "./roster.ts";

/** The time from one line about other rooms to the next, in milliseconds. */
const ROOMS_INTERVAL_MS = 1000;

/** What belongs to the sentence at the end of a word, or to the word. */
const PUNCTUATION = /[._:~%-]+$/;

/** Tells those who watch what happens in other rooms than their own: who says their name there, and which rooms change. */
export class Elsewhere implements Disposable {
  readonly #roster: Roster;
  readonly #summaries: () => RoomSummary[];
  readonly #watching = new Set<Member>();
  /** The rooms that changed since the last line about them. */
  readonly #changed = new Set<string>();
  #toldAt = -Infinity;
  #timer?: ReturnType<typeof setTimeout>;

  /** `summaries`: returns what there is to tell of the rooms. */
  constructor(roster: Roster, summaries: () => RoomSummary[]) {
    this.#roster = roster;
    this.#summaries = summaries;
  }

  /** Begins to tell a member, if it watches. */
  add(member: Member): void {
    if (member.watches) this.#watching.add(member);
  }

  /** Notes that a room is not what it was. */
  changed(room: string): void {
    if (this.#watching.size === 0) return;
    this.#changed.add(room);
    const wait = this.#toldAt + ROOMS_INTERVAL_MS - performance.now();
    this.#timer ??= setTimeout(() => this.#tell(), Math.max(0, wait));
  }

  /** Notes what happened in a room. */
  happened(room: string, entries: readonly Entry[]): void {
    if (this.#watching.size === 0) return;
    for (const entry of entries) {
      if (!isMessage(entry)) continue;
      this.changed(room);
      const { name, seq, text } = entry;
      for (const { members } of this.#mentioned(text, name)) {
        for (const member of members) {
          if (!this.#watches(member) || member.room.name === room) continue;
          member.cursor.send({ kind: "mention", room, name, seq });
        }
      }
    }
  }

  /** Tells no one anything more. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#watching.clear();
  }

  /** Whose names are in a text, except that of its author. */
  #mentioned(text: string, author: string): Set<Person> {
    const found = new Set<Person>();
    // What may be a name, with what may belong to it or to the sentence.
    for (const [word] of text.matchAll(/[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}._:~%-]*/gu)) {
      const person = this.#roster.named(word) ?? this.#roster.named(word.replace(PUNCTUATION, ""));
      if (person !== undefined && person.name !== author && mentions(text, person.name)) found.add(person);
    }
    return found;
  }

  /** Whether a member watches and is still here. */
  #watches(member: Member): boolean {
    if (!this.#watching.has(member)) return false;
    if (this.#roster.has(member)) return !member.cursor.full;
    this.#watching.delete(member);
    return false;
  }

  #tell(): void {
    this.#timer = undefined;
    this.#toldAt = performance.now();
    const rooms = this.#summaries();
    for (const member of this.#watching) {
      const elsewhere = this.#changed.size > 1 || !this.#changed.has(member.room.name);
      if (this.#watches(member) && elsewhere) member.cursor.send({ kind: "rooms", rooms });
    }
    this.#changed.clear();
  }
}

/// <reference lib="dom" />
import type { RoomSummary } from "../../wire/entries.ts";
import { LOBBY } from "../../wire/names.ts";
import type { ConversationEvent } from "../core/events.ts";
import type { Place } from "../core/places.ts";
import { byId, fill, make } from "./dom.ts";

/** The most rooms in the list. */
const MAX_SHOWN = 60;

/** How much in other rooms was not read. */
export interface Elsewhere {
  /** How many messages. */
  readonly messages: number;
  /** How often the reader was called. */
  readonly calls: number;
}

/** The list of rooms, with what was not read in each. */
export class RoomList {
  readonly #rooms = new Map<string, RoomSummary>();
  readonly #calls = new Map<string, number>();
  readonly #placeIn: (room: string) => Place | undefined;
  #current = LOBBY;
  #here = 1;
  #shown = "";

  /** `placeIn`: how far a room was seen. */
  constructor(placeIn: (room: string) => Place | undefined) {
    this.#placeIn = placeIn;
  }

  /** Where one is, and how many people are there. */
  enter(room: string, here: number): void {
    this.#current = room;
    this.#here = here;
    this.#calls.delete(room);
  }

  /** Takes note of rooms that change, and of calls from them. */
  note(event: ConversationEvent): void {
    if (event.kind === "mention") this.#calls.set(event.room, (this.#calls.get(event.room) ?? 0) + 1);
    if (event.kind === "rooms") this.#rooms.clear();
    if (event.kind !== "rooms" && event.kind !== "notice") return;
    for (const room of event.rooms ?? []) this.#rooms.set(room.name, room);
  }

  /** Their names, in the order in which they are shown. */
  get names(): string[] {
    const others = [...this.#rooms.keys()].filter((name) => name !== LOBBY && name !== this.#current);
    const known = this.#current === LOBBY ? others : [this.#current, ...others];
    return [LOBBY, ...known.toSorted()];
  }

  /** The next room in this direction, or the next one in which something is new. */
  next(step: 1 | -1, { unread }: { unread: boolean }): string | undefined {
    const { names } = this;
    const at = names.indexOf(this.#current);
    for (let i = 1; i < names.length; i++) {
      const name = names[(at + i * step + i * names.length) % names.length];
      if (!unread || this.#newsIn(name).messages + this.#newsIn(name).calls > 0) return name;
    }
  }

  /** What was not read in the rooms in which one is not. */
  get elsewhere(): Elsewhere {
    const all = this.names.map((name) => this.#newsIn(name));
    return {
      messages: all.reduce((sum, { messages }) => sum + messages, 0),
      calls: all.reduce((sum, { calls }) => sum + calls, 0),
    };
  }

  /** Shows them. */
  show(): void {
    const rows = this.names.slice(0, MAX_SHOWN).map((name) => ({
      name,
      news: this.#newsIn(name),
      members: this.#membersIn(name),
    }));
    const key = JSON.stringify([this.#current, rows]);
    if (key === this.#shown) return;
    this.#shown = key;
    fill(
      byId("room-list"),
      ...rows.map(({ name, news: { messages, calls }, members }) => {
        const here = name === this.#current;
        const mark = calls > 0
          ? make("span", { class: "count call" }, make("span", { class: "hear" }, "for you: "), `@${calls}`)
          : messages > 0
          ? make("span", { class: "count" }, count(messages), make("span", { class: "hear" }, " new"))
          : members > 0
          ? make("small", {}, `${members}`, make("span", { class: "hear" }, " here"))
          : undefined;
        const button = make(
          "button",
          {
            class: `row${messages + calls > 0 ? " news" : ""}`,
            "aria-current": here && "page",
            "data-room": name,
          },
          make("span", { class: "grow", dir: "auto" }, name),
          mark,
        );
        return make("li", {}, button);
      }),
    );
  }

  #membersIn(name: string): number {
    return name === this.#current ? this.#here : this.#rooms.get(name)?.members ?? 0;
  }

  #newsIn(name: string): Elsewhere {
    if (name === this.#current) return { messages: 0, calls: 0 };
    const seen = this.#placeIn(name)?.messages;
    const now = this.#rooms.get(name)?.messages;
    const messages = seen === undefined || now === undefined ? 0 : Math.max(0, now - seen);
    return { messages, calls: this.#calls.get(name) ?? 0 };
  }
}

/** A count that fits its place. */
export function count(number: number): string {
  return number > 999 ? "999+" : `${number}`;
}

import type { ConversationEvent } from "./events.ts";

/** The most names that are kept, whatever a server sends. */
const MAX_KNOWN_ROOMS = 1024;

/** What the ping says that is sent behind the question for the rooms: its answer comes after that. */
const MARK = "which rooms?";

/** The rooms of a server, as far as it has told: those that it listed, and those that one was in. */
export class KnownRooms {
  /** Those told of last are at the end. */
  readonly #names = new Set<string>();
  #asking = false;

  /** Their names, those told of last first. `except`: a name to leave out. */
  names(except?: string): string[] {
    return [...this.#names].filter((name) => name !== except).reverse();
  }

  /** Returns the lines to send to learn of the rooms that there are, without the user noticing. */
  ask(): string[] {
    this.#asking = true;
    return ["/rooms", `/ping ${MARK}`];
  }

  /** Takes note of rooms that an event tells of. Returns whether it is not for the user. */
  note(event: ConversationEvent): boolean {
    const asked = this.#asking;
    if (event.kind === "lost" || asked && event.kind === "pong" && event.text === MARK) this.#asking = false;
    this.#learn(event);
    return asked &&
      (event.kind === "pong" && event.text === MARK || event.kind === "notice" && event.rooms !== undefined);
  }

  #learn(event: ConversationEvent): void {
    if (event.kind === "welcome" && event.room !== undefined) this.#add(event.room);
    const rooms = event.kind === "rooms" || event.kind === "notice" ? event.rooms ?? [] : [];
    // Where most people are comes first.
    rooms.toSorted((a, b) => a.members - b.members).forEach(({ name }) => this.#add(name));
  }

  #add(name: string): void {
    this.#names.delete(name);
    this.#names.add(name);
    if (this.#names.size > MAX_KNOWN_ROOMS) this.#names.delete(this.#names.values().next().value!);
  }
}

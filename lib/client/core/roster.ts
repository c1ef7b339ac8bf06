import { NameHues } from "../../wire/name_hue.ts";
import { compareNames } from "../../wire/name_order.ts";
import { isSameName } from "../../wire/names.ts";
import type { ConversationEvent } from "./conversation.ts";

/** The most names that are kept, whatever a server sends. */
const MAX_KNOWN_NAMES = 4096;

/** Who is in the room, as far as the server has told. */
export class Roster {
  /** Whoever spoke or came last is at the end. */
  readonly #names = new Set<string>();
  #correspondent?: string;
  readonly #hues = new NameHues();

  /** Their names, whoever spoke last first. `except`: a name to leave out. */
  names(except?: string): string[] {
    return [...this.#names].filter((name) => name !== except).reverse();
  }

  /** Who wrote to the user in private last. */
  get correspondent(): string | undefined {
    return this.#correspondent;
  }

  /** The hue in which to show a name; people who are in the room get different ones. */
  hueOf(name: string): number {
    return this.#hues.of(name);
  }

  /** Takes note of who comes, goes, speaks, or takes another name. */
  note(event: ConversationEvent): void {
    switch (event.kind) {
      case "welcome":
        this.#names.clear();
        return this.#hues.clear();
      case "said":
      case "action":
        return event.history ? undefined : this.#add(event.name);
      case "private":
        this.#correspondent = event.name ?? this.#correspondent;
        return this.#add(event.name ?? event.to);
      case "joined":
        return event.names.forEach((name) => this.#add(name));
      case "notice":
        // Whoever has spoken keeps their place before the others.
        return event.names?.toReversed().forEach((name) => this.#names.has(name) || this.#add(name));
      case "left":
        return event.names.forEach((name) => this.#remove(name));
      case "renamed":
        if (event.name === this.#correspondent) this.#correspondent = event.to;
        this.#remove(event.name);
        return this.#add(event.to);
    }
  }

  #add(name: string): void {
    this.#names.delete(name);
    this.#names.add(name);
    this.#hues.enter(name);
    for (const oldest of this.#names) {
      if (this.#names.size <= MAX_KNOWN_NAMES) return;
      this.#remove(oldest);
    }
  }

  #remove(name: string): void {
    this.#names.delete(name);
    this.#hues.leave(name);
  }
}

/** A line of the roster for its reader: sorted, and with the mark `(you)` at the reader's own name. */
export function describeRoster(
  { text, names, self }: { text: string; names: readonly string[]; self: string },
): string {
  const [label] = text.split(":", 1);
  const marked = names.toSorted(compareNames).map((name) => isSameName(name, self) ? `${name} (you)` : name);
  return `${label}: ${marked.join(", ")}`;
}

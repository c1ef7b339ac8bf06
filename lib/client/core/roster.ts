import type { ConversationEvent } from "./conversation.ts";

/** The most names that are kept, whatever a server sends. */
const MAX_KNOWN_NAMES = 4096;

/** Who is in the room, as far as the server has told. */
export class Roster {
  /** Whoever spoke or came last is at the end. */
  readonly #names = new Set<string>();

  /** Their names, whoever spoke last first. `except`: a name to leave out. */
  names(except?: string): string[] {
    return [...this.#names].filter((name) => name !== except).reverse();
  }

  /** Takes note of who comes, goes, speaks, or takes another name. */
  note(event: ConversationEvent): void {
    switch (event.kind) {
      case "welcome":
        return this.#names.clear();
      case "said":
      case "action":
        return event.history ? undefined : this.#add(event.name);
      case "private":
        return this.#add(event.name ?? event.to);
      case "joined":
        return event.names.forEach((name) => this.#add(name));
      case "notice":
        // Whoever has spoken keeps their place before the others.
        return event.names?.forEach((name) => this.#names.has(name) || this.#add(name));
      case "left":
        return event.names.forEach((name) => this.#names.delete(name));
      case "renamed":
        this.#names.delete(event.name);
        return this.#add(event.to);
    }
  }

  #add(name: string): void {
    this.#names.delete(name);
    this.#names.add(name);
    for (const oldest of this.#names) {
      if (this.#names.size <= MAX_KNOWN_NAMES) return;
      this.#names.delete(oldest);
    }
  }
}

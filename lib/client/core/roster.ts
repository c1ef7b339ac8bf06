import type { ConversationEvent } from "./conversation.ts";

/** The most names that are known at once, whatever a server tells. */
const MAX_KNOWN_NAMES = 4096;

/** Who is in the room, as far as the client was told. */
export class Roster {
  /** Those who spoke, or came, last are at the end. */
  readonly #names = new Set<string>();
  #correspondent?: string;

  /** Their names: first those who spoke last. `except`: one's own. */
  names(except?: string): string[] {
    return [...this.#names].filter((name) => name !== except).reverse();
  }

  /** Who wrote to the user in private last. */
  get correspondent(): string | undefined {
    return this.#correspondent;
  }

  /** Takes note of who comes, goes, speaks, and takes another name. */
  note(event: ConversationEvent): void {
    switch (event.kind) {
      case "welcome":
        return this.#names.clear();
      case "said":
      case "action":
        return event.history ? undefined : this.#add(event.name);
      case "private":
        this.#correspondent = event.name ?? this.#correspondent;
        return this.#add(event.name ?? event.to);
      case "joined":
        return event.names.forEach((name) => this.#add(name));
      case "notice":
        // The roster comes after those who have spoken since.
        return event.names?.forEach((name) => this.#names.has(name) || this.#add(name));
      case "left":
        return event.names.forEach((name) => this.#names.delete(name));
      case "renamed":
        if (event.name === this.#correspondent) this.#correspondent = event.to;
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

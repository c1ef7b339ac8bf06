import type { ConversationEvent } from "./conversation.ts";
import { foldName } from "../../wire/names.ts";

/** Whom a user does not want to read. It is the client's alone: neither the server nor they know. */
export class Ignored {
  /** By their names regardless of case, as they were written. */
  readonly #names = new Map<string, string>();

  /** Carries out `/ignore` with what came after it; gives what is to be answered. */
  toggle(text: string): string {
    const [name, ...more] = text.split(/\s+/);
    if (name === "") return `you ignore ${[...this.#names.values()].join(", ") || "no one"}`;
    if (more.length > 0) return "one name at a time: /ignore NAME";
    const hidden = !this.#names.delete(foldName(name));
    if (hidden) this.#names.set(foldName(name), name);
    return hidden
      ? `you ignore ${name}; /ignore ${name} again shows what they say`
      : `you read ${name} again`;
  }

  /** Whether an event is one that its user does not want to see. Who takes another name stays ignored. */
  hides(event: ConversationEvent): boolean {
    if (this.#names.size === 0) return false;
    if (event.kind === "renamed" && this.#names.delete(foldName(event.name))) {
      this.#names.set(foldName(event.to), event.to);
    }
    const name = speaker(event);
    return name !== undefined && this.#names.has(foldName(name));
  }
}

/** Who said something to its reader, where someone else did. */
function speaker(event: ConversationEvent): string | undefined {
  switch (event.kind) {
    case "said":
    case "action":
      return event.own ? undefined : event.name;
    case "private":
      return event.name;
    case "line":
      return /^<([^>]*)> /.exec(event.text)?.[1];
  }
}

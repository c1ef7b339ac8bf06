import type { ConversationEvent } from "./conversation.ts";
import { foldName } from "../../wire/names.ts";

/** The people whose messages the user hides. Only the client knows of it. */
export class Ignored {
  /** Names as they were written, by their folded form. */
  readonly #names = new Map<string, string>();

  /** Carries out `/ignore` with the text that came after it; returns the answer. */
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

  /** Whether the user does not want to see an event. Whoever takes another name stays ignored. */
  hides(event: ConversationEvent): boolean {
    if (this.#names.size === 0) return false;
    if (event.kind === "renamed" && this.#names.delete(foldName(event.name))) {
      this.#names.set(foldName(event.to), event.to);
    }
    const name = speaker(event);
    return name !== undefined && this.#names.has(foldName(name));
  }
}

/** Who said something, if it was someone else than the user. */
function speaker(event: ConversationEvent): string | undefined {
  switch (event.kind) {
    case "said":
    case "action":
      return event.own ? undefined : event.name;
    case "private":
    case "mention":
      return event.name;
    case "line":
      return /^<([^>]*)> /.exec(event.text)?.[1];
  }
}

/// <reference lib="dom" />
import { byId, fill, icon, make } from "./dom.ts";
import type { PendingLine } from "./session.ts";
import { sentence } from "./words.ts";

/** The most lines that are shown of those that wait. */
const MAX_SHOWN = 20;

/** A line that could not be said, or of which nobody knows whether it was. */
export interface Unsaid {
  /** The line as it was typed. */
  readonly text: string;
  /** Why it was refused; without it, it was perhaps said. */
  readonly why?: string;
  /** Whom it may have been meant for. */
  readonly instead?: string;
}

/** What can be done with such a line. */
export interface WaitingOptions {
  /** Says a line, again or instead. */
  say(line: string): void;
  /** Puts a line back into the input. */
  edit(line: string): void;
  /** The list has changed. */
  changed(): void;
}

/** The lines below the log that are not part of it yet, or never will be. */
export class Waiting {
  readonly #place = byId("waiting");
  readonly #options: WaitingOptions;
  #unsaid: Unsaid[] = [];
  #shown = "";

  /** See {@linkcode WaitingOptions}. */
  constructor(options: WaitingOptions) {
    this.#options = options;
  }

  /** What could not be said. */
  get unsaid(): readonly Unsaid[] {
    return this.#unsaid;
  }

  /** Keeps a line that could not be said. */
  keep(line: Unsaid): void {
    this.#unsaid.push(line);
    this.#options.changed();
  }

  /** Shows what waits; returns whether that has changed. */
  show(pending: readonly PendingLine[]): boolean {
    const key = JSON.stringify([pending, this.#unsaid]);
    if (key === this.#shown) return false;
    this.#shown = key;
    const shown = pending.slice(0, MAX_SHOWN);
    const more = pending.length - shown.length;
    fill(
      this.#place,
      ...this.#unsaid.map((line) => this.#unsaidRow(line)),
      ...shown.map((line, i) => pendingRow(line, i > 0 || this.#unsaid.length > 0)),
      more > 0 &&
        make("div", { class: "msg note" }, make("div", { class: "text" }, `and ${more} more on their way`)),
    );
    return true;
  }

  #unsaidRow(line: Unsaid): HTMLElement {
    const { text, why, instead } = line;
    const { say, edit } = this.#options;
    const act = (label: string, run: () => void) => {
      const button = make("button", { class: "btn slim" }, label);
      button.addEventListener("click", () => {
        this.#unsaid = this.#unsaid.filter((other) => other !== line);
        run();
        this.#options.changed();
      });
      return button;
    };
    const acts = why === undefined ? [act("Say it again", () => say(text)), act("Leave it", () => {})] : [
      instead !== undefined &&
      act(`Write to ${instead}`, () => say(text.replace(/^(\/\S+\s+)\S+/, (_, head) => head + instead))),
      act("Edit", () => edit(text)),
      act("Discard", () => {}),
    ];
    const told = why === undefined
      ? "Perhaps said: the connection broke at that moment."
      : `Not said: ${sentenceEnd(why)}`;
    return make(
      "div",
      { class: `msg own ${why === undefined ? "wait" : "lost"}` },
      make("span", { class: "who" }, "You"),
      make(
        "div",
        { class: "text", dir: "auto" },
        text,
        make(
          "span",
          { class: "state", dir: "ltr" },
          icon("warn"),
          told,
          make("span", { class: "acts" }, ...acts),
        ),
      ),
    );
  }
}

/** A line on its way. A private message is shown as one. */
function pendingRow({ text, waits }: PendingLine, more: boolean): HTMLElement {
  const [, to, words] = /^\/msg\s+(\S+)\s+(.*)$/s.exec(text) ?? [];
  const state = make(
    "span",
    { class: "state", dir: "ltr" },
    icon("clock"),
    waits ? "waits for the connection" : "on its way",
  );
  const shown = make("div", { class: "text", dir: "auto" });
  if (to !== undefined) {
    shown.append(make("span", { class: "state", dir: "ltr" }, icon("lock"), `Only you and ${to}`));
  }
  shown.append(words ?? text.replace(/^\/me /, "* ").replace(/^\/\//, "/"), state);
  const name = make("span", { class: more ? "hear" : "who" }, "You");
  return make(
    "div",
    { class: `msg own wait${more ? " more" : ""}${to === undefined ? "" : " secret"}` },
    name,
    shown,
  );
}

function sentenceEnd(why: string): string {
  const text = sentence(why).replace(/^./, (first) => first.toLowerCase());
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

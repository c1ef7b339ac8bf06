/// <reference lib="dom" />
import { Completion, completions, type Edited } from "../../cli/terminal/completion.ts";
import type { Candidates } from "../../cli/terminal/completion.ts";
import { fill, make, onSubmit } from "./dom.ts";

/** The most lines that can be repeated. */
const MAX_REPEATED = 100;

/** The most completions that are offered at once. */
const MAX_OFFERED = 6;

/** How many letters of a name make it worth offering. */
const MIN_LETTERS = 2;

/** The most lines of the input that are shown, where a browser does not grow it by itself. */
const MAX_ROWS = 8;

/** What a composer works with. */
export interface ComposerOptions {
  /** What is typed into. */
  text: HTMLTextAreaElement;
  /** The form around it. */
  form: HTMLFormElement;
  /** Where completions are shown. */
  pick: HTMLElement;
  /** Says lines, in order; of several, none is a command. */
  say(lines: string[]): void;
  /** What a word can be completed to. */
  candidates(): Candidates;
  /** What is typed has changed. */
  changed(text: string): void;
}

/** The line being written: says it, repeats earlier ones, and completes names and commands. */
export class Composer {
  readonly #options: ComposerOptions;
  readonly #completion = new Completion();
  readonly #said: string[] = [];
  #at = 0;
  #kept = "";
  #offered: Edited[] = [];
  #chosen = 0;

  /** Takes the input over. */
  constructor(options: ComposerOptions) {
    this.#options = options;
    const { text, form } = options;
    onSubmit(form, () => this.#submit());
    text.addEventListener("keydown", (event) => this.#key(event));
    text.addEventListener("input", () => this.#typed());
    text.addEventListener("blur", () => this.#offer([]));
  }

  /** What is typed. */
  get text(): string {
    return this.#options.text.value;
  }

  /** Whether completions are shown. */
  get offering(): boolean {
    return this.#offered.length > 0;
  }

  /** Puts a text in place of what is typed. */
  put(line: string, cursor = line.length): void {
    const { text } = this.#options;
    text.value = line;
    text.setSelectionRange(cursor, cursor);
    this.#grow();
    this.#offer([]);
    this.#options.changed(line);
  }

  /** Offers no completions any more. */
  dismiss(): void {
    this.#offer([]);
  }

  #submit(): void {
    const typed = this.text;
    const lines = typed.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
    if (lines.length === 0) return;
    if (this.#said.at(-1) !== typed) this.#said.push(typed);
    if (this.#said.length > MAX_REPEATED) this.#said.shift();
    this.#at = this.#said.length;
    this.put("");
    this.#options.say(lines);
  }

  #key(event: KeyboardEvent): void {
    // What an input method composes is its own business.
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const acted = this.#act(event);
    if (acted) event.preventDefault();
  }

  /** Carries out a key; returns whether it was one. */
  #act({ key, shiftKey }: KeyboardEvent): boolean {
    switch (key) {
      case "Enter":
        if (!shiftKey) this.#submit();
        return !shiftKey;
      case "Tab":
        return this.#complete(shiftKey);
      case "ArrowUp":
      case "ArrowDown":
        if (shiftKey) return false;
        return this.#choose(key === "ArrowUp" ? -1 : 1) || this.#repeat(key === "ArrowUp" ? -1 : 1);
    }
    return false;
  }

  /** Completes what is offered, or the word before the cursor; without one, Tab goes to the next control. */
  #complete(back: boolean): boolean {
    const { text } = this.#options;
    const chosen = this.#offered[this.#chosen];
    if (!back && chosen !== undefined && this.#chosen > 0) {
      this.put(chosen.line, chosen.cursor);
      return true;
    }
    if (text.value === "" || text.selectionStart !== text.selectionEnd) return false;
    const now = { line: text.value, cursor: text.selectionStart };
    const next = this.#completion.next(now, { ...this.#options.candidates(), back });
    if (next !== undefined) this.put(next.line, next.cursor);
    return next !== undefined;
  }

  #choose(step: 1 | -1): boolean {
    if (!this.offering) return false;
    this.#chosen = (this.#chosen + step + this.#offered.length) % this.#offered.length;
    this.#show();
    return true;
  }

  #repeat(step: 1 | -1): boolean {
    const { text } = this.#options;
    const here = step < 0 ? text.value.slice(0, text.selectionStart) : text.value.slice(text.selectionEnd);
    const to = this.#at + step;
    if (here.includes("\n") || to < 0 || to > this.#said.length) return false;
    if (this.#at === this.#said.length) this.#kept = text.value;
    this.#at = to;
    this.put(this.#said[to] ?? this.#kept);
    return true;
  }

  #typed(): void {
    const { text, changed } = this.#options;
    this.#at = this.#said.length;
    this.#grow();
    changed(text.value);
    const line = text.value;
    const cursor = text.selectionStart;
    const word = /\S*$/.exec(line.slice(0, cursor))![0];
    const begun = line.startsWith("/") || word.startsWith("@") || [...word].length >= MIN_LETTERS;
    const wanted = begun && cursor === line.length && !line.includes("\n");
    const all = wanted ? completions({ line, cursor }, this.#options.candidates()) : [];
    this.#offer(all.filter((one) => one.line.trimEnd() !== line.trimEnd()).slice(0, MAX_OFFERED));
  }

  #offer(offered: Edited[]): void {
    this.#offered = offered;
    this.#chosen = 0;
    this.#show();
  }

  #show(): void {
    const { pick, text } = this.#options;
    pick.hidden = !this.offering;
    fill(pick, ...this.#offered.map((one, i) => this.#option(one, i)));
    if (this.offering) text.setAttribute("aria-activedescendant", `pick-${this.#chosen}`);
    else text.removeAttribute("aria-activedescendant");
    pick.children[this.#chosen]?.scrollIntoView({ block: "nearest" });
  }

  #option({ line, cursor }: Edited, i: number): HTMLElement {
    const word = /\S+:?\s*$/.exec(line.slice(0, cursor))?.[0].trim().replace(/:$/, "") ?? "";
    const option = make(
      "li",
      { class: "row", role: "option", id: `pick-${i}`, "aria-selected": i === this.#chosen },
      make("span", { class: "grow" }, word),
      i === this.#chosen && make("small", {}, "Tab"),
    );
    // Before the input loses its focus, and a phone its keyboard.
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.put(line, cursor);
    });
    return option;
  }

  /** Makes the input as high as what is in it. */
  #grow(): void {
    const { text } = this.#options;
    if (CSS.supports("field-sizing", "content")) return;
    text.rows = 1;
    const height = parseFloat(getComputedStyle(text).lineHeight);
    text.rows = Math.min(MAX_ROWS, Math.max(1, Math.floor(text.scrollHeight / height)));
  }
}

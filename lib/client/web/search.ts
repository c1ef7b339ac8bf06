/// <reference lib="dom" />
import type { ReceivedEntry } from "../../wire/received.ts";
import { byId, fill, make, onSubmit } from "./dom.ts";
import type { Answer } from "./questions.ts";
import type { Reader } from "./row.ts";
import { sentence, timeInWords } from "./words.ts";

/** The most results that are shown. */
const MAX_SHOWN = 40;

type ReceivedMessage = Extract<ReceivedEntry, { text: string }>;

/** What a search works with. */
export interface SearchOptions extends Reader {
  /** Asks for messages from before. */
  ask(line: string): Promise<Answer | undefined>;
  /** Goes to a message. */
  goTo(seq: number): Promise<boolean>;
  /** The panel is opened or closed. */
  toggled(open: boolean): void;
}

/** Finds what was said, in the room in which one is. */
export class Search {
  readonly #options: SearchOptions;
  readonly #panel = byId("found");
  readonly #words = byId<HTMLInputElement>("words");
  #asked = 0;

  /** See {@linkcode SearchOptions}. */
  constructor(options: SearchOptions) {
    this.#options = options;
    onSubmit(byId<HTMLFormElement>("find-form"), () => this.#find());
    this.#panel.querySelector(".close")!.addEventListener("click", () => this.close());
  }

  /** Whether the panel is open. */
  get isOpen(): boolean {
    return !this.#panel.hidden;
  }

  /** Opens the panel, and searches if there are words. */
  open(words = ""): void {
    this.#panel.hidden = false;
    this.#options.toggled(true);
    if (words !== "") {
      this.#words.value = words;
      this.#find();
    }
    this.#words.focus();
    this.#words.select();
  }

  /** Shows what was said before, as `/history` with this text tells it. */
  async history(text: string): Promise<void> {
    this.#panel.hidden = false;
    this.#options.toggled(true);
    await this.#show(`/history ${text}`.trim(), [], (count) => `${count} from before`);
  }

  /** Closes the panel. */
  close(): void {
    this.#panel.hidden = true;
    this.#options.toggled(false);
  }

  #find(): void {
    const words = this.#words.value.trim();
    if (words === "") return;
    this.#show(
      `/search ${words}`,
      words.split(/\s+/),
      (count) =>
        `${count === 0 ? "Nothing" : count >= MAX_SHOWN ? `The last ${MAX_SHOWN}` : count} with “${words}”${
          count > 1 ? ", newest first" : ""
        }`,
    );
  }

  async #show(line: string, words: string[], told: (count: number) => string): Promise<void> {
    const asked = ++this.#asked;
    const [result, hits] = [byId("result"), byId("hits")];
    result.textContent = "Looking";
    const answer = await this.#options.ask(line);
    if (asked !== this.#asked) return;
    const entries = (answer?.entries ?? []).filter(isMessage).slice(0, MAX_SHOWN);
    result.textContent = answer === undefined
      ? "There is no connection now."
      : answer.error === undefined
      ? told(entries.length)
      : sentence(answer.error);
    fill(hits, ...entries.map((entry) => this.#hit(entry, words)));
  }

  #hit(entry: ReceivedMessage, words: string[]): HTMLElement {
    const { hueOf } = this.#options;
    const hit = make(
      "button",
      { class: "hit" },
      make("span", { class: `who n${hueOf(entry.name)}`, dir: "auto" }, entry.own ? "You" : entry.name),
      " ",
      make("time", {}, timeInWords(entry.time, Date.now())),
      make("span", { class: "text", dir: "auto" }, ...marked(entry.text, words)),
    );
    hit.addEventListener("click", async () => {
      if (getComputedStyle(this.#panel).position === "fixed") this.close();
      if (!await this.#options.goTo(entry.seq)) {
        byId("result").textContent = "That message is no longer kept.";
      }
    });
    return hit;
  }
}

function isMessage(entry: ReceivedEntry): entry is ReceivedMessage {
  return entry.kind === "said" || entry.kind === "action";
}

/** A text in which the first places of the words are marked. */
function marked(text: string, words: string[]): (Node | string)[] {
  const escaped = words.map((word) =>
    word.replace(/[^\p{L}\p{M}\p{N}]/gu, (one) => `\\u{${one.codePointAt(0)!.toString(16)}}`)
  );
  if (escaped.length === 0) return [text];
  const parts = text.split(new RegExp(`(${escaped.join("|")})`, "iu"));
  const shown = parts.slice(0, 9).map((part, i) => i % 2 === 1 ? make("mark", {}, part) : part);
  return [...shown, parts.slice(9).join("")];
}

/// <reference lib="dom" />
import { isSameName } from "../../wire/names.ts";
import { localClock, localDate } from "../../wire/time.ts";
import { type Content, icon, make } from "./dom.ts";
import { type Item, lastOf, type SaidItem } from "./items.ts";
import { type Span, spansOf } from "./spans.ts";
import { dayInWords, presenceInWords } from "./words.ts";

/** What one author says within this time, in milliseconds, stands together. */
const TOGETHER_MS = 5 * 60_000;

/** The most parts of a text that are shown differently; the rest is shown as it is. */
const MAX_SPANS = 24;

/** The longest text, in code units, that may be nothing but a few emoji. */
const MAX_EMOJI = 24;

/** What a row needs to know of its reader and room. */
export interface Reader {
  /** The reader's name. */
  readonly self: string;
  /** The hue of a name. */
  hueOf(name: string): number;
}

/** What is new: a line before the first message after a time, in milliseconds since 1970. */
export interface NewsMark {
  /** The time after which all is new. */
  readonly since: number;
  /** What the line says. */
  readonly text: string;
}

/** What stands before a row decides how it looks. */
export interface RowContext extends Reader {
  /** What stands before it. */
  readonly before?: Item;
  /** What is new in the room. */
  readonly news?: NewsMark;
  /** The current time, in milliseconds since 1970. */
  readonly now: number;
}

/** The elements that show an item, with the headings before it. */
export function rowOf(item: Item, context: RowContext): HTMLElement[] {
  const { before, news, now } = context;
  const rows: HTMLElement[] = [];
  if (before === undefined || localDate(before.time) !== localDate(item.time)) {
    rows.push(make("h3", { class: "day" }, dayInWords(item.time, now)));
  }
  const isNews = news !== undefined && item.time > news.since && before !== undefined &&
    before.time <= news.since;
  if (isNews) rows.push(make("h3", { class: "day new" }, news.text));
  rows.push(bodyOf(item, context, rows.length > 0));
  return rows;
}

function bodyOf(item: Item, context: RowContext, headed: boolean): HTMLElement {
  const { self } = context;
  switch (item.kind) {
    case "said":
      return said(item, context, headed);
    case "action": {
      const words = [...texts(item.text, item.own ? "" : self)];
      const row = line("msg note act", item, ["* ", nameButton(item, context), " ", ...words]);
      return callRow(row, item.own);
    }
    case "private":
      return secret(item, context);
    case "presence":
      return line("msg note", item, [presenceInWords(item, (name) => isSameName(name, self))]);
    case "renamed": {
      const [mine, now] = [isSameName(item.to, self), item.to];
      return line("msg note", item, [mine ? `You are now ${now}` : `${item.name} is now ${now}`]);
    }
    case "note":
      return line(
        `msg note${item.wrong ? " wrong" : ""}${/\S {2,}\S/.test(item.text) ? " table" : ""}`,
        item,
        [item.text],
      );
  }
}

function said(item: SaidItem, context: RowContext, headed: boolean): HTMLElement {
  const { before, self } = context;
  const more = !headed && before?.kind === "said" && isSameName(before.name, item.name) &&
    before.own === item.own && item.time - before.time < TOGETHER_MS;
  const name = more
    ? make("span", { class: "hear" }, item.own ? "You: " : `${item.name}: `)
    : nameButton(item, context);
  const text = item.code === undefined
    ? make("div", { class: "text", dir: "auto" }, ...texts(item.text, item.own ? "" : self))
    : make("pre", { tabindex: 0 }, item.code);
  const row = make(
    "div",
    { class: `msg${more ? " more" : ""}${item.own ? " own" : ""}` },
    name,
    clock(item),
    text,
  );
  if (isEmoji(item.text)) row.classList.add("big");
  row.dataset.seq = String(lastOf(item));
  return callRow(row, item.own);
}

/** Marks a row whose text calls its reader. */
function callRow(row: HTMLElement, own: boolean): HTMLElement {
  if (own || row.querySelector("mark") === null) return row;
  row.classList.add("call");
  row.querySelector(".text")?.prepend(make("span", { class: "hear", dir: "ltr" }, "For you: "));
  return row;
}

function secret(item: Item & { kind: "private" }, { hueOf }: RowContext): HTMLElement {
  const other = item.name ?? item.to ?? "";
  const own = item.name === undefined;
  const state = make("span", { class: "state", dir: "ltr" }, icon("lock"), `Only you and ${other}`);
  const button = make("button", {
    class: own ? "who" : `who n${hueOf(other)}`,
    "data-name": own ? undefined : other,
  }, own ? "You" : other);
  const text = make("div", { class: "text", dir: "auto" }, state, ...texts(item.text, ""));
  return make("div", { class: `msg secret${own ? " own" : ""}` }, button, clock(item), text);
}

function line(className: string, item: Item, content: Content[]): HTMLElement {
  return make(
    "div",
    { class: className },
    clock(item),
    make("div", { class: "text", dir: "auto" }, ...content),
  );
}

function clock({ time }: Item): HTMLElement {
  const shown = make("time", {}, localClock(time));
  shown.dateTime = new Date(time).toISOString();
  return shown;
}

function nameButton({ name, own }: SaidItem, { hueOf }: Reader): HTMLElement {
  const label = own ? "You" : name;
  return make(
    "button",
    { class: `who n${hueOf(name)}`, dir: "auto", "data-name": own ? undefined : name },
    label,
  );
}

/** A text as nodes: links, code and the reader's name are elements, all else is text. */
export function texts(text: string, self: string): Node[] {
  const spans = spansOf(text, self);
  const rest = spans.slice(MAX_SPANS).map(({ text }) => text).join("");
  return [...spans.slice(0, MAX_SPANS).map(nodeOf), ...(rest === "" ? [] : [document.createTextNode(rest)])];
}

function nodeOf({ kind, text }: Span): Node {
  switch (kind) {
    case "text":
      return document.createTextNode(text);
    case "link":
      return make("a", { href: text, target: "_blank", rel: "noopener noreferrer" }, text);
    case "code":
      return make("code", {}, text.slice(1, -1));
    case "mention":
      return make("mark", {}, text);
  }
}

/** Whether a text is a few emoji and nothing else, which are shown larger. */
function isEmoji(text: string): boolean {
  // All of them are beyond these; most texts need no closer look.
  if (text.length > MAX_EMOJI || /[a-zA-Z]/.test(text) || text < "\u00a9") return false;
  return /^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\s)+$/u.test(text) &&
    /\p{Extended_Pictographic}/u.test(text);
}

import { highlight } from "../../wire/mention.ts";

/** A part of a text, and how it is shown. */
export interface Span {
  /** How: as it is, as a link, as code, or as the reader's own name. */
  readonly kind: "text" | "link" | "code" | "mention";
  /** The part. */
  readonly text: string;
}

/** Links, and code between backticks. The bounds keep the search linear. */
const MARKED = /(?<link>\b[hH][tT][tT][pP][sS]?:\/\/[^\s<>"“”„«»]{1,2048})|(?<code>`[^`]{1,1000}`)/g;

/** What is at the end of a sentence, and not of the link in it. */
const TRAILING = /[.,;:!?'’…]+$/;

/** Marks where a mention begins and ends; no text that was cleaned holds it. */
const MARK = "\u0001";

/** Splits a text into what is shown differently; joined together the parts are the text. `self`: the reader's name. */
export function spansOf(text: string, self = ""): Span[] {
  const spans: Span[] = [];
  let at = 0;
  for (const match of text.matchAll(MARKED)) {
    const { link, code } = match.groups!;
    const marked = code ?? trimLink(link);
    spans.push(...mentionsIn(text.slice(at, match.index), self));
    spans.push({ kind: code === undefined ? "link" : "code", text: marked });
    at = match.index + marked.length;
  }
  spans.push(...mentionsIn(text.slice(at), self));
  return spans;
}

/** A link without what follows it, such as the bracket around it. */
function trimLink(link: string): string {
  const bare = link.replace(TRAILING, "");
  const closes = bare.endsWith(")") && !bare.includes("(") || bare.endsWith("]") && !bare.includes("[");
  return closes ? trimLink(bare.slice(0, -1)) : bare;
}

/** Whether it is worth looking closer, which takes a browser its time: most texts mention nobody. */
export function mayMention(text: string, self: string): boolean {
  if (self === "") return false;
  return text.toLowerCase().includes(self.toLowerCase()) || text.toUpperCase().includes(self.toUpperCase());
}

function mentionsIn(text: string, self: string): Span[] {
  if (text === "") return [];
  if (!mayMention(text, self)) return [{ kind: "text", text }];
  const parts = highlight(text, self, (name) => `${MARK}${name}${MARK}`).split(MARK);
  return parts.map((text, i) => ({ kind: i % 2 === 1 ? "mention" as const : "text" as const, text }))
    .filter(({ text }) => text !== "");
}

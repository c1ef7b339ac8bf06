import stringWidth from "string-width";

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

const ASCII = /^[\x20-\x7e]*$/;

/** What a reader sees as one character, where it begins in its text, and how many columns it takes. */
export interface Grapheme {
  /** Its code units. */
  text: string;
  /** The index of the first of them. */
  index: number;
  /**
   * How many columns it takes at most: terminals do not agree on emoji and scripts that are put together of several
   * code points, and may take less.
   */
  width: number;
}

/** The characters of a text without control characters. */
export function* graphemes(text: string): Generator<Grapheme> {
  if (ASCII.test(text)) {
    for (let index = 0; index < text.length; index++) yield { text: text[index], index, width: 1 };
    return;
  }
  for (const { segment, index } of segmenter.segment(text)) {
    yield { text: segment, index, width: ASCII.test(segment) ? 1 : widestOf(segment) };
  }
}

/** As one, or as all that it is put together of. */
function widestOf(segment: string): number {
  let apart = 0;
  for (const character of segment) {
    if (!/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) apart += Math.max(1, stringWidth(character));
  }
  return Math.max(apart, stringWidth(segment));
}

/** How many columns a text without control characters takes at most. */
export function textWidth(text: string): number {
  let width = 0;
  for (const grapheme of graphemes(text)) width += grapheme.width;
  return width;
}

/** A text, cut with `…` where it is wider than so many columns. */
export function fit(text: string, columns: number): string {
  let width = 0;
  let cut = 0;
  for (const grapheme of graphemes(text)) {
    width += grapheme.width;
    if (width > columns) return `${text.slice(0, cut)}…`;
    if (width <= columns - 1) cut = grapheme.index + grapheme.text.length;
  }
  return text;
}

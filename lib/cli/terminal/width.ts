import stringWidth from "string-width";

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

const ASCII = /^[\x20-\x7e]*$/;

/** What a reader sees as one character. */
export interface Grapheme {
  /** Its code units. */
  text: string;
  /** The index of its first code unit in the text. */
  index: number;
  /**
   * The most columns that it takes: terminals disagree on emoji and scripts that combine several code points, and may
   * use fewer.
   */
  width: number;
}

/** The graphemes of a text without control characters. */
export function* graphemes(text: string): Generator<Grapheme> {
  if (ASCII.test(text)) {
    for (let index = 0; index < text.length; index++) yield { text: text[index], index, width: 1 };
    return;
  }
  for (const { segment, index } of segmenter.segment(text)) {
    yield { text: segment, index, width: ASCII.test(segment) ? 1 : widthOf(segment) };
  }
}

/** The most widths that are remembered: to compute one takes 30 µs. */
const MAX_REMEMBERED = 4096;

const widths = new Map<string, number>();

function widthOf(segment: string): number {
  let width = widths.get(segment);
  if (width === undefined) {
    width = widestOf(segment);
    if (widths.size === MAX_REMEMBERED) widths.clear();
    widths.set(segment, width);
  }
  return width;
}

/** The wider of two ways to show it: as one character, or as its code points side by side. */
function widestOf(segment: string): number {
  let apart = 0;
  for (const character of segment) {
    if (!/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) apart += Math.max(1, stringWidth(character));
  }
  return Math.max(apart, stringWidth(segment));
}

/** The most columns that a text without control characters takes. */
export function textWidth(text: string): number {
  let width = 0;
  for (const grapheme of graphemes(text)) width += grapheme.width;
  return width;
}

/** A text that fits into this many columns, cut with `…` if necessary. */
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

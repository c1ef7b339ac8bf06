import { dim, inverse } from "@std/fmt/colors";
import { clean } from "../../wire/clean.ts";
import { fit, graphemes, textWidth } from "./width.ts";

/**
 * Marks the cursor's place in a row: it makes the terminal save the position (DECSC), because only the terminal knows
 * how many columns it gave to the characters before it.
 */
export const SAVE_CURSOR = "\x1b7";

/** The line to lay out, and the space for it. */
export interface LayoutOptions {
  /** What stands before the line. */
  prompt: string;
  /** What is typed. */
  line: string;
  /** The cursor's index in the line. */
  cursor: number;
  /** The width of the screen. */
  columns: number;
  /** The most rows, at least 1. */
  rows: number;
  /** What to show in place of a character that stands for something else; `undefined` for all others. */
  label?(character: string): string | undefined;
}

/** Rows of a screen, none wider than the screen, one of them with the cursor. */
export interface Layout {
  /** From top to bottom. */
  rows: Row[];
  /** The index of the row with the cursor; {@linkcode SAVE_CURSOR} marks the place in it. */
  row: number;
  /** The cursor's column, from 0; an upper bound, see {@linkcode Grapheme}. */
  column: number;
}

/** One row of a screen. */
export interface Row {
  /** Its text; the only escape sequences in it are styles. */
  text: string;
  /** Its width in columns. */
  width: number;
}

/** The prompt takes at most this part of a row. */
const PROMPT_SHARE = 1 / 3;

/** A row with a notice, cut if it is too long. */
export function note(text: string, columns: number): Row {
  const shown = fit(clean(text), columns);
  return { text: dim(shown), width: textWidth(shown) };
}

/**
 * Breaks a line into rows the way a terminal would, and finds the cursor. If there are too many rows, it returns those
 * around the cursor.
 */
export function layout({ prompt, line, cursor, columns, rows: limit, label }: LayoutOptions): Layout {
  const rows: Row[] = [{ text: "", width: 0 }];
  function put(text: string, width: number): void {
    if (rows.at(-1)!.width + width > columns) rows.push({ text: "", width: 0 });
    const row = rows.at(-1)!;
    row.text += text;
    row.width += width;
  }
  let at: { row: number; column: number } | undefined;
  function putCursor(before: number): void {
    if (rows.at(-1)!.width + before > columns) rows.push({ text: "", width: 0 });
    at = { row: rows.length - 1, column: rows.at(-1)!.width };
    rows.at(-1)!.text += SAVE_CURSOR;
  }
  for (const { text, width } of graphemes(prompt)) put(text, width);
  for (const { text, index, width } of graphemes(line)) {
    const shown = label?.(text);
    if (at === undefined && cursor < index + text.length) putCursor(shown === undefined ? width : 1);
    if (shown === undefined) put(text, width);
    else for (const character of shown) put(inverse(character), 1);
  }
  if (at === undefined) putCursor(1);
  const { row, column } = at!;
  const first = Math.max(0, Math.min(row - Math.floor(limit / 2), rows.length - limit));
  return { rows: rows.slice(first, first + limit), row: row - first, column };
}

/** The prompt of whoever has this name, which is cut on a narrow screen, so that there is room for the line. */
export function promptFor(name: string | undefined, columns: number): string {
  return `${fit(name ?? "", Math.max(1, Math.floor(columns * PROMPT_SHARE)))}> `;
}

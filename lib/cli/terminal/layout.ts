import { dim, inverse } from "@std/fmt/colors";
import { clean } from "../../wire/clean.ts";
import { fit, graphemes, textWidth } from "./width.ts";

/**
 * Where this is in a row, the cursor belongs: it has the terminal remember the place (DECSC), which knows better how many
 * columns it gave to the characters before it.
 */
export const CURSOR = "\x1b7";

/** What is edited, and where it is to be shown. */
export interface LayoutOptions {
  /** What stands before the line. */
  prompt: string;
  /** What is typed. */
  line: string;
  /** The index in the line before which the cursor stands. */
  cursor: number;
  /** How many columns there are. */
  columns: number;
  /** How many rows may be taken, 1 at least. */
  rows: number;
  /** What is shown in place of a character that stands for something; nothing for all others. */
  label?(character: string): string | undefined;
}

/** Rows of a screen, none of them wider than it, with the cursor in one of them. */
export interface Layout {
  /** From top to bottom. */
  rows: Row[];
  /** The row that the cursor is in, from 0; {@linkcode CURSOR} is where. */
  row: number;
  /** The column before which it stands, from 0; less than there are. It may be less, see {@linkcode Grapheme}. */
  column: number;
}

/** One row of a screen. */
export interface Row {
  /** What is in it; it may be styled, but does nothing else to a terminal. */
  text: string;
  /** How many columns it takes. */
  width: number;
}

/** A row that tells something, cut where it is too long. */
export function note(text: string, columns: number): Row {
  const shown = fit(clean(text), columns);
  return { text: dim(shown), width: textWidth(shown) };
}

/**
 * Breaks a line into rows the way a terminal would, and finds the cursor. Where there are too many, those around the
 * cursor are given.
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
    rows.at(-1)!.text += CURSOR;
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

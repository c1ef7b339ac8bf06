import { graphemes, textWidth } from "./width.ts";

/** What a printed line may have that takes no column: styles, notifications, the bell. */
// deno-lint-ignore no-control-regex
const CONTROL = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x1f\x7f]/g;

/** What stands before the text of a line: the time, and who speaks, or what kind of line it is. */
const LEAD = /^(?:\d{4}-\d\d-\d\d )?(?:\d\d:\d\d )?(?:<[^>]{1,128}> |\* |-- |\[[^\]]{1,140}\] |error: )?/;

/**
 * A link, with the characters of RFC 3986, and letters of all scripts. Nothing in it looks like a space or a bracket, so
 * that a row of it, which the terminal may begin in the first column, never looks like a line of someone else.
 */
const LINK =
  /\b[a-z][a-z0-9+.-]{0,31}:\/\/(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}\-._~:/?#[\]@!$&'()*+,;=%])+/giu;

/** Characters of scripts that are written without spaces: a line may be broken before and after them … */
const IDEOGRAPHIC =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Extended_Pictographic}\u3000-\u303f\uff00-\uffef]/u;
/** … but not before these, … */
const CLOSING = /^[\p{Pe}\p{Pf}、。，．・：；？！ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!…]/u;
/** … nor after these. */
const OPENING = /^[\p{Ps}\p{Pi}]/u;

/** The indent of a line that has nothing before its text: its further rows must not look like lines either. */
const LEAST_INDENT = 2;

/** The largest indent where the text cannot begin behind what stands before it: behind the time. */
const NARROW_INDENT = 6;

/** A part of a line that stays together in a row, if a row is wide enough. */
interface Piece {
  /** Its place in the line without controls. */
  start: number;
  end: number;
  width: number;
  /** Spaces are left out where a row ends; links are never cut. */
  kind: "text" | "space" | "link";
  /** Whether no row may begin with it, unless it or the piece before is too long. */
  glued: boolean;
}

/** A row's place in the line without controls. */
interface Span {
  start: number;
  end: number;
}

/**
 * Breaks a line for a screen of this width into rows, which LF separates. It is broken between words, and all rows but
 * the first begin below the text. A longer word is broken anywhere. A longer link is left whole, for the terminal to
 * break, so that it can still be clicked and copied; what follows it begins a row.
 */
export function wrap(line: string, columns: number): string {
  // Most lines are short ASCII, where each character takes at most one column.
  // deno-lint-ignore no-control-regex
  if (line.length <= columns && /^[\x00-\x7e]*$/.test(line)) return line;
  const text = line.replace(CONTROL, "");
  const [{ length }] = LEAD.exec(text)!;
  const lead = textWidth(text.slice(0, length));
  const indent = indentFor(lead, columns);
  const rows = rowsOf(text, { columns, indent, lead: lead > indent ? 0 : length });
  return rows.length === 1 ? line : withControls(rows, { line, text, indent });
}

function indentFor(lead: number, columns: number): number {
  const indent = lead * 2 <= columns
    ? Math.max(lead, LEAST_INDENT)
    : Math.min(NARROW_INDENT, Math.max(LEAST_INDENT, Math.floor(columns / 4)));
  // Room for a wide character is needed in any case.
  return Math.max(0, Math.min(indent, columns - 2));
}

/** The rows of a line, without the spaces between them. `lead`: the length of what stands above the indent. */
function rowsOf(
  text: string,
  { columns, indent, lead }: { columns: number; indent: number; lead: number },
): Span[] {
  const rows: Span[] = [{ start: 0, end: 0 }];
  let column = 0;
  /** Whether the row holds anything but indent or lead. */
  let begun = false;
  let full = false;
  function startRow(start: number): void {
    rows.push({ start, end: start });
    [column, begun, full] = [indent, false, false];
  }
  function put({ end, width }: { end: number; width: number }): void {
    rows.at(-1)!.end = end;
    column += width;
  }
  let gap = 0;
  let inLead = true;
  for (const piece of unitsOf(text, columns - indent)) {
    if (piece.kind === "space") {
      gap = piece.width;
      continue;
    }
    if (inLead && piece.start >= lead) [inLead, begun] = [false, false];
    const wide = piece.width > columns - indent;
    if (full || column + gap + piece.width > columns && (begun || !wide || column + gap >= columns)) {
      startRow(piece.start);
      gap = 0;
    }
    column += gap;
    gap = 0;
    begun = true;
    if (column + piece.width <= columns || piece.kind === "link") {
      put(piece);
      full = column > columns;
      continue;
    }
    for (const { index, text: { length }, width } of graphemes(text.slice(piece.start, piece.end))) {
      if (column + width > columns) startRow(piece.start + index);
      put({ end: piece.start + index + length, width });
    }
    begun = true;
  }
  return rows;
}

/** The pieces of a line; those that belong together are one where a row of this width has room for it. */
function* unitsOf(text: string, width: number): Generator<Piece> {
  let unit: Piece | undefined;
  for (const piece of piecesOf(text)) {
    if (unit !== undefined && piece.glued && unit.width + piece.width <= width) {
      unit = { ...unit, end: piece.end, width: unit.width + piece.width };
      continue;
    }
    if (unit !== undefined) yield unit;
    unit = piece;
  }
  if (unit !== undefined) yield unit;
}

function* piecesOf(text: string): Generator<Piece> {
  let end = 0;
  for (const { 0: link, index } of text.matchAll(LINK)) {
    yield* wordsOf(text, { start: end, end: index });
    end = index + link.length;
    const glued = index > 0 && !isSpace(text[index - 1]);
    yield { start: index, end, width: textWidth(link), kind: "link", glued };
  }
  yield* wordsOf(text, { start: end, end: text.length });
}

/** The words and spaces of a part of a line that has no links in it. */
function* wordsOf(text: string, { start, end }: Span): Generator<Piece> {
  let piece: Piece | undefined;
  let before = start === 0 ? " " : text[start - 1];
  for (const { text: character, index, width } of graphemes(text.slice(start, end))) {
    const kind = isSpace(character) ? "space" : "text";
    if (piece?.kind === kind && !mayBreak(before, character)) {
      piece.end += character.length;
      piece.width += width;
    } else {
      if (piece !== undefined) yield piece;
      const glued = kind === "text" && !isSpace(before) && !mayBreak(before, character);
      piece = { start: start + index, end: start + index + character.length, width, kind, glued };
    }
    before = character;
  }
  if (piece !== undefined) yield piece;
}

function isSpace(character: string): boolean {
  return character === " " || character === "\u3000";
}

/** Whether a row may end between two characters that are no spaces. */
function mayBreak(before: string, after: string): boolean {
  return (IDEOGRAPHIC.test(before) || IDEOGRAPHIC.test(after)) && !isSpace(before) &&
    !OPENING.test(before) && !CLOSING.test(after);
}

/** The rows with their indent, and with the controls of the line where they were. */
function withControls(
  rows: readonly Span[],
  { line, text, indent }: { line: string; text: string; indent: number },
): string {
  const controls: { at: number; control: string }[] = [];
  let removed = 0;
  for (const { 0: control, index } of line.matchAll(CONTROL)) {
    controls.push({ at: index - removed, control });
    removed += control.length;
  }
  let next = 0;
  return rows.map(({ start, end }, i) => {
    let row = "";
    let at = start;
    const last = i === rows.length - 1;
    for (; next < controls.length && (last || controls[next].at <= end); next++) {
      const place = Math.min(end, Math.max(at, controls[next].at));
      row += text.slice(at, place) + controls[next].control;
      at = place;
    }
    return (i === 0 ? "" : " ".repeat(indent)) + row + text.slice(at, end);
  }).join("\n");
}

/** What a terminal shows, drawn as an SVG. */
import { graphemes } from "../lib/cli/terminal/width.ts";

/** The size of a character, in pixels. */
const CELL = { width: 8.4, height: 18 };

/** The space around the screen, in pixels. */
const MARGIN = 14;

const BACKGROUND = "#16191d";
const FOREGROUND = "#d5d8dc";

/** How a piece of text looks. */
interface Style {
  color?: string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  inverse?: boolean;
}

/** A screen as `tmux capture-pane -e` gives it: lines with escape sequences for their styles. */
export interface Screen {
  lines: string[];
  columns: number;
  rows: number;
  cursor: { column: number; row: number };
}

/** Draws a screen. */
export function drawScreen({ lines, columns, rows, cursor }: Screen): string {
  const [width, height] = [columns * CELL.width + 2 * MARGIN, rows * CELL.height + 2 * MARGIN];
  const style: Style = {};
  const drawn = lines.flatMap((line, row) => drawLine(line, { row, style }));
  const [x, y] = [MARGIN + cursor.column * CELL.width, MARGIN + cursor.row * CELL.height];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${height}" width="${
      round(width)
    }">`,
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    `<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">`,
    ...drawn,
    `<rect x="${
      round(x)
    }" y="${y}" width="${CELL.width}" height="${CELL.height}" fill="${FOREGROUND}" opacity="0.6"/>`,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** The pieces of a line that look the same; `style` goes on from line to line, as in a terminal. */
function drawLine(line: string, { row, style }: { row: number; style: Style }): string[] {
  const pieces: string[] = [];
  let column = 0;
  // deno-lint-ignore no-control-regex
  for (const part of line.split(/(\x1b\[[0-9;]*m)/)) {
    if (part.startsWith("\x1b")) {
      restyle(style, part.slice(2, -1).split(";").map(Number));
      continue;
    }
    const width = [...graphemes(part)].reduce((sum, grapheme) => sum + grapheme.width, 0);
    if (part.trim() !== "") pieces.push(drawPiece(part, style, { column, row, width }));
    column += width;
  }
  return pieces;
}

function drawPiece(
  text: string,
  { color = FOREGROUND, bold, dim, italic, underline, inverse }: Style,
  { column, row, width }: { column: number; row: number; width: number },
): string {
  const x = round(MARGIN + column * CELL.width);
  const y = MARGIN + row * CELL.height;
  const length = round(width * CELL.width);
  const attributes = [
    `x="${x}" y="${y + 13}" textLength="${length}" fill="${inverse ? BACKGROUND : color}"`,
    bold ? 'font-weight="bold"' : "",
    italic ? 'font-style="italic"' : "",
    underline ? 'text-decoration="underline"' : "",
    dim ? 'opacity="0.6"' : "",
  ].filter((attribute) => attribute !== "").join(" ");
  const back = inverse
    ? `<rect x="${x}" y="${y}" width="${length}" height="${CELL.height}" fill="${color}"/>`
    : "";
  return `${back}<text ${attributes} xml:space="preserve">${escape(text)}</text>`;
}

/** Applies the codes of one "select graphic rendition" sequence. */
function restyle(style: Style, codes: number[]): void {
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (code === 0) { for (const key of Object.keys(style)) delete style[key as keyof Style]; }
    else if (code === 1) style.bold = true;
    else if (code === 2) style.dim = true;
    else if (code === 3) style.italic = true;
    else if (code === 4) style.underline = true;
    else if (code === 7) style.inverse = true;
    else if (code === 31) style.color = "#e5534b";
    else if (code === 38) style.color = paletteColor(codes[i += 2]);
    else if (code === 39) delete style.color;
  }
}

/** A colour of the 6 × 6 × 6 cube in the 256-colour palette. */
function paletteColor(color: number): string {
  const levels = [0, 95, 135, 175, 215, 255];
  const index = color - 16;
  const [r, g, b] = [Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6].map((at) => levels[at]);
  return `rgb(${r}, ${g}, ${b})`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}

import { correction, generate } from "lean-qr";

/** Black on white, whatever the terminal's own colours are: cameras do not read it the other way round. */
const BLACK_ON_WHITE = "\x1b[38;5;16;48;5;231m";
const RESET = "\x1b[0m";

/** White squares around the code: as few as cameras get by with, so that it takes 14 rows. */
const MARGIN = { top: 1, side: 2 };

/** Two squares above each other, by whether the upper and the lower one are black. */
const HALF_BLOCKS = [" ", "▄", "▀", "█"];

/** A QR code for a terminal. */
export interface TerminalQr {
  /** Its rows, each with its colours. */
  readonly rows: string[];
  /** Its width, in columns. */
  readonly columns: number;
}

/** Draws the QR code of a text in half blocks, two squares in a character. */
export function drawQr(text: string): TerminalQr {
  const code = generate(text, { minCorrectionLevel: correction.L });
  const columns = code.size + 2 * MARGIN.side;
  const rows = [];
  for (let y = -MARGIN.top; y < code.size + MARGIN.top; y += 2) {
    const row = Array.from({ length: columns }, (_, column) => {
      const x = column - MARGIN.side;
      return HALF_BLOCKS[(code.get(x, y) ? 2 : 0) + (code.get(x, y + 1) ? 1 : 0)];
    });
    rows.push(`${BLACK_ON_WHITE}${row.join("")}${RESET}`);
  }
  return { rows, columns };
}

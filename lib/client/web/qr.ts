import { correction, generate } from "lean-qr";

/** White squares around a code, by which a camera finds it. */
const MARGIN = 4;

/** A QR code as the path of its black squares, one unit each, with white around it. */
export interface Qr {
  /** The black squares, as the path of a picture. */
  readonly path: string;
  /** Width and height, in squares. */
  readonly size: number;
}

/** Makes the QR code of a text. */
export function qrOf(text: string): Qr {
  const code = generate(text, { minCorrectionLevel: correction.M });
  let path = "";
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) {
      if (!code.get(x, y)) continue;
      const start = x;
      while (code.get(x + 1, y)) x++;
      path += `M${start + MARGIN} ${y + MARGIN}h${x - start + 1}v1H${start + MARGIN}z`;
    }
  }
  return { path, size: code.size + 2 * MARGIN };
}

import { assert, assertEquals } from "@std/assert";
import { drawQr } from "../../lib/server/qr.ts";
import { findProgram, testWith } from "../helpers/needs.ts";

/** How many pixels wide a square is in the picture. */
const SQUARE = 4;

/** The rows as a picture of black and white in a grey terminal, in the format PGM. */
function pictureOf(rows: string[]): Uint8Array {
  // deno-lint-ignore no-control-regex
  const shown = rows.map((row) => [...row.replaceAll(/\x1b\[[\d;]*m/g, "")]);
  const [width, height] = [shown[0].length * SQUARE, shown.length * 2 * SQUARE];
  const pixels = Uint8Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [Math.floor(at % width / SQUARE), Math.floor(at / width / SQUARE)];
    const character = shown[y >> 1][x];
    const black = character === "█" || character === (y % 2 === 0 ? "▀" : "▄");
    return black ? 0 : 255;
  });
  return new Uint8Array([...new TextEncoder().encode(`P5 ${width} ${height} 255\n`), ...pixels]);
}

testWith(
  { permissions: ["run", "read", "write"], others: { "zbarimg": findProgram("zbarimg") !== undefined } },
  "drawQr() draws what a camera reads",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      for (
        const address of [
          "http://192.168.55.13:8081/",
          "https://[fd00::1234:5678:9abc]:8081/",
          "http://10.0.0.1/",
        ]
      ) {
        await Deno.writeFile(`${folder}/code.pgm`, pictureOf(drawQr(address).rows));
        const { stdout } = await new Deno.Command("zbarimg", {
          args: ["--quiet", "--raw", `${folder}/code.pgm`],
          stderr: "null",
        }).output();
        assertEquals(new TextDecoder().decode(stdout).trim(), address);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test("drawQr() takes 14 rows for an address of a local network, black on white", () => {
  const { rows, columns } = drawQr("http://192.168.155.113:18081/");
  assertEquals(rows.length, 14);
  assert(columns <= 30);
  assert(rows.every((row) => row.startsWith("\x1b[38;5;16;48;5;231m") && row.endsWith("\x1b[0m")));
});

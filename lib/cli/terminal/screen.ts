import { delay } from "@std/async/delay";
import { type Output, writeAll } from "../output.ts";
import type { Layout } from "./layout.ts";

/** The shortest time from one redraw to the next, in milliseconds: what arrives meanwhile is shown together. */
const FRAME_MS = 16;

/** How long, in milliseconds, the size has to stay the same after it changed: the terminal may still be at it. */
const SETTLING_MS = 50;

/** How much, in code units, may wait to be shown before what brings more has to wait. */
const MAX_UNSHOWN = 64 * 1024;

/** How large a screen is. */
export interface Size {
  /** In characters. */
  columns: number;
  /** In lines. */
  rows: number;
}

/** What a screen is drawn with. */
export interface ScreenOptions {
  /** The terminal. */
  output: Output;
  /** How large it is now. */
  size(): Size;
  /** What is to stand at the bottom now, in a terminal of this size. */
  bottom(size: Size): Layout;
}

/**
 * The screen of a terminal without a mode of its own: what is printed goes into the scrollback, above some rows at the
 * bottom that are drawn anew as often as they change.
 */
export class Screen {
  readonly #options: ScreenOptions;
  #unshown = "";
  #due = false;
  #hidden = false;
  #drawing: Promise<void> = Promise.resolve();
  #drawnAt = -Infinity;
  /** What stands at the bottom, and how many columns there were when it was drawn. */
  #drawn?: Layout & { columns: number };
  #size?: Size;
  #error?: unknown;

  /** See {@linkcode ScreenOptions}. */
  constructor(options: ScreenOptions) {
    this.#options = options;
  }

  /**
   * Prints lines above the rows at the bottom; the last one has an end, too. Gives a promise where more should come
   * only when it has resolved.
   *
   * @throws {OutputError} where the terminal is gone
   */
  print(lines: string): Promise<void> | void {
    if (this.#error !== undefined) throw this.#error;
    this.#unshown += lines;
    this.refresh();
    if (this.#unshown.length > MAX_UNSHOWN) return this.drawn();
  }

  /** Draws the rows at the bottom anew, soon. */
  refresh(): void {
    if (this.#due || this.#hidden) return;
    this.#due = true;
    this.#drawing = this.#drawing.then(() => this.#frame()).catch((error) => {
      this.#error ??= error;
    });
  }

  /**
   * Resolves when all is shown.
   *
   * @throws {OutputError} where the terminal is gone
   */
  async drawn(): Promise<void> {
    while (this.#due) await this.#drawing;
    if (this.#error !== undefined) throw this.#error;
  }

  /** Takes the rows at the bottom away, once all that was printed is shown; nothing is drawn until `show`. */
  async hide(): Promise<void> {
    // A frame may have been asked for while this waited: it must not be drawn behind the erased rows.
    do await this.drawn(); while (this.#due);
    this.#hidden = true;
    const { columns } = this.#options.size();
    await writeAll(this.#options.output, this.#erase(columns));
    this.#drawn = undefined;
  }

  /** Draws again. */
  show(): void {
    this.#hidden = false;
    this.refresh();
  }

  async #frame(): Promise<void> {
    await delay(Math.max(0, this.#drawnAt + FRAME_MS - performance.now()));
    const size = await this.#settled();
    this.#due = false;
    const bottom = this.#options.bottom(size);
    const frame = `${HIDE_CURSOR}${this.#erase(size.columns)}${this.#unshown.replaceAll("\n", "\r\n")}` +
      `${draw(bottom)}${SHOW_CURSOR}`;
    this.#unshown = "";
    this.#drawn = { ...bottom, columns: size.columns };
    await writeAll(this.#options.output, frame);
    this.#drawnAt = performance.now();
  }

  /** The size, once it has stopped to change. */
  async #settled(): Promise<Size> {
    let size = this.#options.size();
    for (let last = this.#size ?? size; last.columns !== size.columns || last.rows !== size.rows;) {
      await delay(SETTLING_MS);
      last = size;
      size = this.#options.size();
    }
    return this.#size = size;
  }

  /**
   * Clears the rows at the bottom one by one, and leaves the cursor where the first began. A terminal that has become
   * narrower since has broken them into more, as nearly all do; where one has cut them off instead, lines above are
   * cleared that need not be.
   */
  #erase(columns: number): string {
    if (this.#drawn === undefined) return "";
    const { rows, row, column } = this.#drawn;
    const heights = rows.map(({ width }) => heightOf(width, this.#drawn!.columns, columns));
    const before = heights.slice(0, row).reduce((sum, height) => sum + height, 0) +
      (columns < this.#drawn.columns ? Math.floor(column / columns) : 0);
    const all = heights.reduce((sum, height) => sum + height, 0);
    const down = all - 1 - before;
    return `${down > 0 ? `\x1b[${down}B` : ""}\r\x1b[2K${"\x1b[1A\x1b[2K".repeat(all - 1)}`;
  }
}

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";

/** Where the terminal is not to begin a new row by itself, the width of a character that it sees otherwise does no harm. */
const NO_WRAP = "\x1b[?7l";
const WRAP = "\x1b[?7h";

/** To where {@linkcode CURSOR} was. */
const RESTORE_CURSOR = "\x1b8";

/** The rows are made first, because a place that was remembered does not move when others are made below it. */
function draw({ rows }: Layout): string {
  const more = rows.length - 1;
  const made = more > 0 ? `${"\r\n".repeat(more)}\x1b[${more}A` : "";
  return `${made}${NO_WRAP}${rows.map(({ text }) => text).join("\r\n")}${RESTORE_CURSOR}${WRAP}`;
}

/** How many rows one of this width takes when the terminal has had this many columns, and has now. */
function heightOf(width: number, before: number, now: number): number {
  return now < before ? Math.max(1, Math.ceil(width / now)) : 1;
}

import { delay } from "@std/async/delay";
import { type Output, writeAll } from "../output.ts";
import type { Layout } from "./layout.ts";
import { wrap } from "./wrap.ts";

/** The shortest time between two redraws, in milliseconds: what arrives in between is shown together. */
const FRAME_MS = 16;

/** How long, in milliseconds, a new size must last before it counts: the window may still be moving. */
const SETTLING_MS = 50;

/** How much, in code units, may wait to be shown before callers have to wait. */
const MAX_UNSHOWN = 64 * 1024;

/** The size of a screen. */
export interface Size {
  /** In characters. */
  columns: number;
  /** In lines. */
  rows: number;
}

/** What lines are printed on. */
export interface Surface {
  /**
   * Prints lines, each with its line end. If it returns a promise, print nothing more until it resolves.
   *
   * @throws {OutputError} if the terminal is gone
   */
  print(lines: string): Promise<void> | void;
  /** Redraws soon what is not printed. */
  refresh(): void;
  /**
   * Resolves when everything is shown.
   *
   * @throws {OutputError} if the terminal is gone
   */
  drawn(): Promise<void>;
  /** Shows what was printed, and then nothing but that until `show`. */
  hide(): Promise<void>;
  /** Draws again, after `hide`. */
  show(): void;
}

/** What a screen needs. */
export interface ScreenOptions {
  /** The terminal. */
  output: Output;
  /** Its current size. */
  size(): Size;
  /** What belongs at the bottom now, in a terminal of this size. */
  bottom(size: Size): Layout;
}

/**
 * The normal screen of a terminal (not the alternate one): printed lines go into the scrollback, above a few rows at
 * the bottom that are redrawn whenever they change.
 */
export class Screen implements Surface {
  readonly #options: ScreenOptions;
  #unshown = "";
  #due = false;
  #hidden = false;
  #drawing: Promise<void> = Promise.resolve();
  #drawnAt = -Infinity;
  /** The rows at the bottom, and the number of columns when they were drawn. */
  #drawn?: Layout & { columns: number };
  #size?: Size;
  #error?: unknown;

  /** See {@linkcode ScreenOptions}. */
  constructor(options: ScreenOptions) {
    this.#options = options;
  }

  /**
   * Prints lines, each with its line end, above the rows at the bottom, broken as {@linkcode wrap} does. If it returns a promise, print nothing more
   * until it resolves.
   *
   * @throws {OutputError} if the terminal is gone
   */
  print(lines: string): Promise<void> | void {
    if (this.#error !== undefined) throw this.#error;
    this.#unshown += lines;
    this.refresh();
    if (this.#unshown.length > MAX_UNSHOWN) return this.drawn();
  }

  /** Redraws the rows at the bottom soon. */
  refresh(): void {
    if (this.#due || this.#hidden) return;
    this.#due = true;
    this.#drawing = this.#drawing.then(() => this.#frame()).catch((error) => {
      this.#error ??= error;
    });
  }

  /**
   * Resolves when everything is shown.
   *
   * @throws {OutputError} if the terminal is gone
   */
  async drawn(): Promise<void> {
    while (this.#due) await this.#drawing;
    if (this.#error !== undefined) throw this.#error;
  }

  /** Shows what was printed, then removes the rows at the bottom and draws nothing until `show`. */
  async hide(): Promise<void> {
    // A frame may have been asked for while this waited: it must not be drawn behind the erased rows.
    do await this.drawn(); while (this.#due);
    this.#hidden = true;
    const { columns } = this.#options.size();
    await writeAll(this.#options.output, this.#erase(columns));
    this.#drawn = undefined;
  }

  /** Draws again, after `hide`. */
  show(): void {
    this.#hidden = false;
    this.refresh();
  }

  async #frame(): Promise<void> {
    await delay(Math.max(0, this.#drawnAt + FRAME_MS - performance.now()));
    const size = await this.#settled();
    this.#due = false;
    const bottom = this.#options.bottom(size);
    const printed = this.#unshown.split("\n").map((line) => wrap(line, size.columns)).join("\n");
    const frame = `${HIDE_CURSOR}${this.#erase(size.columns)}${printed.replaceAll("\n", "\r\n")}` +
      `${draw(bottom)}${SHOW_CURSOR}`;
    this.#unshown = "";
    this.#drawn = { ...bottom, columns: size.columns };
    await writeAll(this.#options.output, frame);
    this.#drawnAt = performance.now();
  }

  /** The size, once it has stopped changing. */
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
   * Clears the rows at the bottom one by one, and leaves the cursor where the first of them began. It assumes that a
   * terminal that became narrower has wrapped them into more rows, as nearly all do; in one that cuts rows off instead,
   * it clears lines above them that should have stayed.
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

/** Keeps the terminal from wrapping, so that it may disagree about the width of a character without harm. */
const NO_WRAP = "\x1b[?7l";
const WRAP = "\x1b[?7h";

/** Moves the cursor to where {@linkcode CURSOR} was. */
const RESTORE_CURSOR = "\x1b8";

/** Makes the rows first: a saved cursor position does not move along when the screen scrolls. */
function draw({ rows }: Layout): string {
  const more = rows.length - 1;
  const made = more > 0 ? `${"\r\n".repeat(more)}\x1b[${more}A` : "";
  return `${made}${NO_WRAP}${rows.map(({ text }) => text).join("\r\n")}${RESTORE_CURSOR}${WRAP}`;
}

/** How many rows a row of this width takes after the number of columns changed from `before` to `now`. */
function heightOf(width: number, before: number, now: number): number {
  return now < before ? Math.max(1, Math.ceil(width / now)) : 1;
}

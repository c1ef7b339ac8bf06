import { stripAnsiCode } from "@std/fmt/colors";
import { clean } from "../../wire/clean.ts";

/** Private-use characters that stand for blocks, from the highest plane, which no font or keyboard uses. */
const FIRST = 0x10F000;
const LAST = 0x10FFFD;

/** Stands for a line end in an unfolded block. */
const LINE_END = "\u{10EFFF}";

/** Texts longer than this, in code units, stay blocks: every key would be slow in them. */
const MAX_UNFOLDED = 16 * 1024;

/** Pasted lines that stay together: each block is one character of the edited line. */
export class Blocks {
  readonly #texts = new Map<string, string>();
  #next = FIRST;

  /** What stands for a pasted text in the line: the text itself if it is one short line, otherwise a block's character. */
  fold(pasted: string): string {
    const lines = stripAnsiCode(pasted).replace(/(\r\n|\n|\r)$/, "").split(/\r\n|\n|\r/).map(clean);
    if (lines.length === 1 && lines[0].length <= MAX_UNFOLDED) return lines[0];
    const block = String.fromCodePoint(this.#next);
    this.#next = this.#next === LAST ? FIRST : this.#next + 1;
    this.#texts.set(block, lines.join("\n"));
    return block;
  }

  /** What is shown in place of a block's character; `undefined` for any other character. */
  label(character: string): string | undefined {
    if (character === LINE_END) return "↵";
    const text = this.#texts.get(character);
    if (text === undefined) return;
    const lines = text.split("\n").length;
    return lines === 1 ? `[${text.length} characters]` : `[${lines} lines]`;
  }

  /** The text of a block, to be edited in its place, or `"too long"`; `undefined` for any other character. */
  unfold(character: string): { text: string } | "too long" | undefined {
    const text = this.#texts.get(character);
    if (text === undefined) return;
    return text.length > MAX_UNFOLDED ? "too long" : { text: text.replaceAll("\n", LINE_END) };
  }

  /** A block to be put in front of a line, so that the line stays on its own. */
  static before(block: string, line: string): string {
    return line === "" ? block : block + LINE_END;
  }

  /** The lines that an edited line stands for. */
  expand(line: string): string[] {
    const text = [...line].map((character) => this.#texts.get(character) ?? character).join("");
    return text.replaceAll(LINE_END, "\n").split("\n");
  }

  /** Forgets the blocks that none of these lines contains. */
  keep(lines: Iterable<string>): void {
    const kept = new Set<string>();
    for (const line of lines) for (const character of line) kept.add(character);
    for (const block of this.#texts.keys()) if (!kept.has(block)) this.#texts.delete(block);
  }
}

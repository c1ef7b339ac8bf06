import { stripAnsiCode } from "@std/fmt/colors";
import { clean } from "../../wire/clean.ts";

/** Characters for private use, which stand for blocks: the highest plane, which no font and no keyboard uses. */
const FIRST = 0x10F000;
const LAST = 0x10FFFD;

/** Stands for the end of a line in a block that was unfolded. */
const LINE_END = "\u{10EFFF}";

/** Longer texts, in code units, stay blocks: nobody edits them in a line, and every key would take its time. */
const MAX_UNFOLDED = 16 * 1024;

/** Pasted lines that stay together: each block of them is one character of the line that is edited. */
export class Blocks {
  readonly #texts = new Map<string, string>();
  #next = FIRST;

  /** What stands for a pasted text in the line: a block's character, or the text itself where it is one line to edit. */
  fold(pasted: string): string {
    const lines = stripAnsiCode(pasted).replace(/(\r\n|\n|\r)$/, "").split(/\r\n|\n|\r/).map(clean);
    if (lines.length === 1 && lines[0].length <= MAX_UNFOLDED) return lines[0];
    const block = String.fromCodePoint(this.#next);
    this.#next = this.#next === LAST ? FIRST : this.#next + 1;
    this.#texts.set(block, lines.join("\n"));
    return block;
  }

  /** What is shown in place of a block's character; nothing for other ones. */
  label(character: string): string | undefined {
    if (character === LINE_END) return "↵";
    const text = this.#texts.get(character);
    if (text === undefined) return;
    const lines = text.split("\n").length;
    return lines === 1 ? `[${text.length} characters]` : `[${lines} lines]`;
  }

  /** What a block's character may be replaced by to be edited; `"too long"` where it is that, nothing for other ones. */
  unfold(character: string): { text: string } | "too long" | undefined {
    const text = this.#texts.get(character);
    if (text === undefined) return;
    return text.length > MAX_UNFOLDED ? "too long" : { text: text.replaceAll("\n", LINE_END) };
  }

  /** What stands in front of a line so that it stays a line of its own. */
  static before(block: string, line: string): string {
    return line === "" ? block : block + LINE_END;
  }

  /** The lines that an edited line stands for. */
  expand(line: string): string[] {
    const text = [...line].map((character) => this.#texts.get(character) ?? character).join("");
    return text.replaceAll(LINE_END, "\n").split("\n");
  }

  /** Forgets the blocks that are in none of these lines. */
  keep(lines: Iterable<string>): void {
    const kept = new Set<string>();
    for (const line of lines) for (const character of line) kept.add(character);
    for (const block of this.#texts.keys()) if (!kept.has(block)) this.#texts.delete(block);
  }
}

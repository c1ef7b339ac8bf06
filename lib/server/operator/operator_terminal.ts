import { Blocks } from "../../cli/terminal/blocks.ts";
import { Completion } from "../../cli/terminal/completion.ts";
import { DEVICE, type Device } from "../../cli/terminal/device.ts";
import { note, type Row } from "../../cli/terminal/layout.ts";
import type { Size } from "../../cli/terminal/screen.ts";
import { Terminal, type Typing } from "../../cli/terminal/terminal.ts";
import type { Output } from "../../cli/output.ts";
import { AUDIENCES, commandsFor } from "../../wire/commands.ts";
import { OPERATOR } from "../../wire/names.ts";
import { colorConsole } from "./color_console.ts";
import type { ConsoleFormat } from "./console.ts";

const OPERATOR_COMMAND_INFOS = commandsFor(AUDIENCES.operator);
const CANDIDATES = {
  commands: OPERATOR_COMMAND_INFOS.map(({ name }) => name),
  aliases: OPERATOR_COMMAND_INFOS.flatMap(({ aliases = [] }) => aliases),
};

/** How an operator's terminal is opened. */
export interface OperatorTerminalOptions {
  /** Ctrl-C was pressed on an empty line: the operator ends the server. */
  interrupted(): void;
  /** The terminal, that of the process unless it is another. */
  device?: Device;
}

/** The server's terminal with a line editor: what happens appears above the line that the operator types. */
export class OperatorTerminal implements Typing, AsyncDisposable {
  /** How the console shows what happens. */
  readonly format: ConsoleFormat = colorConsole();
  /** The lines that were entered. It ends with the terminal. */
  readonly typed: ReadableStream<string>;
  /** Where the console writes. */
  readonly output: Output;
  /** Who is in the room, for completion. */
  names: () => readonly string[] = () => [];
  /** Which rooms are open, for completion. */
  rooms: () => readonly string[] = () => [];
  readonly #terminal: Terminal;
  readonly #blocks = new Blocks();
  readonly #completion = new Completion();
  readonly #interrupted: () => void;
  #hint?: string;
  #enter: (line: string) => void = () => {};

  /** Takes a terminal over, until it is disposed of. */
  constructor({ interrupted, device = DEVICE }: OperatorTerminalOptions) {
    this.#interrupted = interrupted;
    this.#terminal = new Terminal(device);
    this.typed = this.#openTyped();
    this.output = printTo(this.#terminal);
    this.#terminal.typing = this;
  }

  /** Puts a line that was refused back, to be corrected, if nothing else is being typed. */
  giveBack(line: string): void {
    const { editor } = this.#terminal;
    if (editor.line === "") editor.replace(this.#blocks.fold(line));
    this.#terminal.refresh();
  }

  entered(line: string): void {
    this.#hint = undefined;
    const lines = this.#blocks.expand(line).filter((text) => text.trim() !== "");
    this.#blocks.keep(this.#terminal.editor.history);
    // What was pasted together is said, and no command.
    for (const text of lines) this.#enter(lines.length > 1 && text.startsWith("/") ? `/${text}` : text);
  }

  pasted(text: string): string {
    return this.#blocks.fold(text);
  }

  tab(back: boolean): void {
    const { editor } = this.#terminal;
    const { line, cursor } = editor;
    const next = this.#completion.next({ line, cursor }, { ...CANDIDATES, names: this.names(), back });
    if (next !== undefined) editor.replace(next.line, next.cursor);
  }

  interrupt(): void {
    const { editor } = this.#terminal;
    this.#hint = undefined;
    if (editor.line !== "") return editor.replace("");
    this.#interrupted();
  }

  end(): void {
    this.#hint = "Ctrl-C ends the server";
  }

  other(): void {
    this.#hint = undefined;
  }

  name(): string {
    return OPERATOR;
  }

  above({ columns }: Size): Row[] {
    return this.#hint === undefined ? [] : [note(this.#hint, columns)];
  }

  label(character: string): string | undefined {
    return this.#blocks.label(character);
  }

  /** Gives the terminal back as it was, with all that was printed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#terminal[Symbol.asyncDispose]();
  }

  #openTyped(): ReadableStream<string> {
    const { left } = this.#terminal;
    let end: () => void;
    return new ReadableStream({
      start: (controller) => {
        this.#enter = (line) => controller.enqueue(line);
        end = () => {
          this.#enter = () => {};
          controller.close();
        };
        left.addEventListener("abort", end, { once: true });
      },
      cancel: () => {
        this.#enter = () => {};
        left.removeEventListener("abort", end);
      },
    });
  }
}

/** Prints whole lines on a terminal, whatever the parts in which they are written. */
function printTo(terminal: Terminal): Output {
  const decoder = new TextDecoder();
  let rest = "";
  return {
    async write(bytes) {
      const text = rest + decoder.decode(bytes, { stream: true });
      const end = text.lastIndexOf("\n") + 1;
      rest = text.slice(end);
      await terminal.print(text.slice(0, end));
      return bytes.length;
    },
  };
}

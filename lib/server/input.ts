import { detectPartial, isRequestStart } from "../net/detect.ts";
import { hasTelnet, TelnetFilter } from "../net/telnet.ts";
import { type Line, LineReader } from "../wire/lines.ts";

/** What a peer sends: bytes become lines, and Telnet's commands are taken out of them. */
export class Input {
  readonly #reader: LineReader;
  /** Made when the first command comes: few peers speak Telnet. */
  #telnet?: TelnetFilter;
  #removed = 0;

  /** `maxBytes`: the longest line, without its end. */
  constructor(maxBytes: number) {
    this.#reader = new LineReader(maxBytes);
  }

  /** The lines that this chunk completes; see {@linkcode LineReader.push}. */
  push(chunk: Uint8Array): Generator<Line> {
    if (this.#telnet === undefined && !hasTelnet(chunk)) return this.#reader.push(chunk);
    this.#telnet ??= new TelnetFilter();
    const text = this.#telnet.push(chunk);
    this.#removed += chunk.length - text.length;
    return this.#reader.push(text);
  }

  /** What follows the last line end, if anything does. */
  end(): Line | undefined {
    return this.#reader.end();
  }

  /** Whether a line has begun and not ended. */
  get pending(): boolean {
    return this.#reader.pending;
  }

  /** Whether the line that has begun shows that the peer speaks another protocol. */
  get foreign(): boolean {
    return detectPartial(this.#reader.partial) !== undefined;
  }

  /** Whether the line that has begun is the beginning of a request of HTTP. */
  get request(): boolean {
    return isRequestStart(this.#reader.partial);
  }

  /** The size, in bytes, of the last line returned. */
  get bytes(): number {
    return this.#reader.bytes;
  }

  /** How the last line returned begins, if it was too long. */
  get head(): string {
    return this.#reader.head;
  }

  /** How many bytes since the last call were in no line: the rest of one that was too long, and Telnet's commands. */
  takeSkipped(): number {
    const skipped = this.#removed + this.#reader.takeSkipped();
    this.#removed = 0;
    return skipped;
  }

  /** What is to be sent for Telnet's commands since the last call, if anything is. */
  takeAnswers(): Uint8Array<ArrayBuffer> | undefined {
    return this.#telnet?.takeAnswers();
  }
}

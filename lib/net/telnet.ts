/** "Interpret as command", and the commands that take an option or more (RFC 854). UTF-8 never holds the byte 0xFF. */
const IAC = 0xff;
const DONT = 0xfe;
const DO = 0xfd;
const WONT = 0xfc;
const WILL = 0xfb;
const SB = 0xfa;
const SE = 0xf0;
/** The command with the lowest number: the end of a file (RFC 1184). */
const FIRST_COMMAND = 0xec;

/** Whether input may hold Telnet commands. */
export function hasTelnet(bytes: Uint8Array): boolean {
  return bytes.includes(IAC);
}

/**
 * Takes Telnet commands out of input, however it is cut, and refuses every option that the peer offers or asks for:
 * without any option, Telnet is plain text. An IAC that no command follows is a bad byte of text and stays. Pure.
 */
export class TelnetFilter {
  #state: "text" | "iac" | "option" | "sub" | "sub iac" = "text";
  #verb = 0;
  #answers: number[] = [];

  /** The text in the next chunk of input. */
  push(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
    const text: number[] = [];
    for (const byte of chunk) this.#take(byte, text);
    return Uint8Array.from(text);
  }

  /** What is to be sent to the peer for the commands since the last call; empty if nothing is. */
  takeAnswers(): Uint8Array<ArrayBuffer> {
    const answers = Uint8Array.from(this.#answers);
    this.#answers = [];
    return answers;
  }

  #take(byte: number, text: number[]): void {
    switch (this.#state) {
      case "text":
        if (byte === IAC) this.#state = "iac";
        else text.push(byte);
        break;
      case "iac":
        this.#takeCommand(byte, text);
        break;
      case "option":
        this.#state = "text";
        // Refusals are not answered, or two programs would answer each other for ever.
        if (this.#verb === WILL) this.#answers.push(IAC, DONT, byte);
        if (this.#verb === DO) this.#answers.push(IAC, WONT, byte);
        break;
      case "sub":
        if (byte === IAC) this.#state = "sub iac";
        break;
      case "sub iac":
        this.#state = byte === SE ? "text" : "sub";
    }
  }

  #takeCommand(byte: number, text: number[]): void {
    this.#verb = byte;
    if (byte === SB) this.#state = "sub";
    else if (byte >= WILL && byte <= DONT) this.#state = "option";
    else this.#state = "text";
    if (byte < FIRST_COMMAND) text.push(IAC, byte);
  }
}

/** How many pings are sent at most: where people never stop speaking, something always comes in between. */
const MAX_ROUNDS = 10;

/**
 * Finds out when a server has sent what it had, although lines for one connection may overtake entries: at a pong since
 * whose ping no entry came. Pure: it sends nothing.
 */
export class Settling {
  #mark?: string;
  #marks = 0;
  #rounds = 0;
  #news = false;

  /** Returns the line to send next; `undefined` while the last one is not answered. */
  ask(): string | undefined {
    if (this.#mark !== undefined) return;
    this.#mark = `settled ${++this.#marks}?`;
    this.#news = false;
    return `/ping ${this.#mark}`;
  }

  /** Notes that an entry came. */
  entry(): void {
    this.#news = true;
  }

  /** Notes a pong. Returns whether the server has sent all; `undefined` if that pong answers something else. */
  pong(text: string): boolean | undefined {
    if (this.#mark !== text) return;
    this.#mark = undefined;
    return !this.#news || ++this.#rounds >= MAX_ROUNDS;
  }

  /** Begins anew on another connection. */
  reset(): void {
    this.#mark = undefined;
    this.#rounds = 0;
  }
}

import type { ClientConnection, ClientEvent } from "./connection.ts";
import type { Connections } from "./connections.ts";
import type { ConversationEvent } from "./events.ts";
import type { Moving } from "./moving.ts";
import { Outbox, type Outgoing } from "./outbox.ts";
import { Settling } from "./settling.ts";

/** The default of {@linkcode SenderOptions.window}. */
const DEFAULT_WINDOW = 512;

/**
 * What became of a line by the time when the next one may follow: it was `sent`; it was to go to another room, and one
 * has `stayed`; or the conversation is `over`.
 */
export type Sent = "sent" | "stayed" | "over";

/** What a {@linkcode Sender} works with. */
export interface SenderOptions {
  /** The connections to send on. */
  connections: Connections;
  /** In which room one is. */
  moving: Moving;
  /** Whether lines can be said on the current connection now. */
  open(): boolean;
  /** How many lines may wait for an answer before {@linkcode Sender.send} holds back the next one. */
  window?: number;
}

/** Sends lines in their order, again on a new connection, and knows what became of them. */
export class Sender implements Disposable {
  readonly #options: SenderOptions;
  readonly #outbox = new Outbox();
  readonly #settling = new Settling();
  /** Who waits for the outcome of a line that goes to another room. */
  readonly #outcomes = new Map<Outgoing, (sent: Sent) => void>();
  #spaceFor?: PromiseWithResolvers<void>;
  #pumping = false;
  #ending = false;
  #over = false;
  /** The connection on which `/quit` was sent. */
  #quitting?: ClientConnection;

  /** See {@linkcode SenderOptions}. */
  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** The lines that were not answered yet, in order. */
  get unanswered(): readonly Outgoing[] {
    return this.#outbox.lines;
  }

  /** Whether nothing more is to be sent, and everything was answered. */
  get done(): boolean {
    return this.#ending && this.#outbox.lines.length === 0;
  }

  /** Sends a line as soon as it can be sent; resolves when the next one may follow. See {@linkcode Outgoing.unasked}. */
  async send(text: string, { unasked }: { unasked?: boolean } = {}): Promise<Sent> {
    const line = this.#outbox.add(text, { unasked });
    const outcome = Promise.withResolvers<Sent>();
    if (line.moves) this.#outcomes.set(line, outcome.resolve);
    this.pump();
    if (line.moves) return this.#over ? "over" : await outcome.promise;
    const { window = DEFAULT_WINDOW } = this.#options;
    while (this.#outbox.lines.length >= window && !this.#over) {
      this.#spaceFor ??= Promise.withResolvers();
      await this.#spaceFor.promise;
    }
    return this.#over ? "over" : "sent";
  }

  /** Leaves once everything was sent. */
  end(): void {
    this.#ending = true;
    this.pump();
  }

  /** Sends what waits, one line after another, as far as it may be sent now. */
  async pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    const connection = this.#options.connections.current;
    try {
      for (let line; this.#open(connection) && (line = this.#outbox.next()) !== undefined;) {
        for (const text of this.#wordsFor(line)) await connection.send(text);
      }
      const ping = this.#open(connection) && this.#outbox.settling ? this.#settling.ask() : undefined;
      if (ping !== undefined) await connection.send(ping);
      if (this.#ending && this.#open(connection) && this.#quitting !== connection && this.#outbox.allSent) {
        this.#quitting = connection;
        await connection.end();
      }
    } catch {
      // The connection broke; its events say so.
    }
    this.#pumping = false;
    if (connection !== this.#options.connections.current) this.pump();
  }

  /** What was said that is refused: the line of this number, or a command, which has none. */
  refused(number: number | undefined): string | undefined {
    return number === undefined ? this.#outbox.refusedCommand() : this.#outbox.find(number)?.text;
  }

  /** Notes that an entry came. */
  entry(): void {
    this.#settling.entry();
  }

  /** Notes what answers a line, if it answers one. Returns the lines that get no answer any more. */
  settle(event: ClientEvent): readonly Outgoing[] {
    const receipt = (event.kind === "said" || event.kind === "action") && event.own && !event.history;
    const { line } = event as { line?: number };
    if (!receipt && line === undefined && !(event.kind === "private" && event.to !== undefined)) return [];
    const lost = this.#outbox.answered(line, receipt);
    this.#spaceFor?.resolve();
    this.#spaceFor = undefined;
    // What goes to another room may have waited for this.
    if (!this.#outbox.allSent) this.pump();
    return lost;
  }

  /** Notes a pong. Returns what it tells, or `undefined` if it is nothing that this one has asked for. */
  pong(text: string): ConversationEvent[] | undefined {
    const { moving } = this.#options;
    const settled = this.#settling.pong(text);
    if (settled) this.#outbox.release();
    const outcome = moving.pong(text);
    if (settled === undefined && outcome === undefined) return;
    const stays = outcome === "stayed" || outcome === "there";
    const lost = stays ? this.#arrive(outcome === "there") : [];
    this.pump();
    return lost.map(({ text }) => ({
      kind: "error",
      text: `not said, because you are in ${moving.room}`,
      said: text,
    }));
  }

  /** Notes that the server has welcomed us on another connection, up to which it has handled line `taken`. Returns what gets no answer any more. */
  reconnected(taken: number): readonly Outgoing[] {
    this.#settling.reset();
    return this.#outbox.reconnected(taken);
  }

  /** Notes that one is in another room. Returns the lines that get no answer any more. */
  moved(): readonly Outgoing[] {
    return this.#arrive(true);
  }

  /** Sends nothing more. */
  [Symbol.dispose](): void {
    this.#over = true;
    this.#spaceFor?.resolve();
    for (const resolve of this.#outcomes.values()) resolve("over");
  }

  #arrive(there: boolean): readonly Outgoing[] {
    const { line, others } = this.#outbox.moved(there);
    const told = [line, ...others.filter(({ moves }) => moves)];
    for (const [i, one] of told.entries()) {
      if (one === undefined) continue;
      this.#outcomes.get(one)?.(there && i === 0 ? "sent" : "stayed");
      this.#outcomes.delete(one);
    }
    return others;
  }

  /** What to send for a line. */
  #wordsFor(line: Outgoing): string[] {
    const { connections, moving } = this.#options;
    if (line.moves) return moving.depart(line.text);
    const numbered = connections.welcomed && line.number !== undefined;
    return [numbered ? `/once ${line.number} ${line.text}` : line.text];
  }

  #open(connection: ClientConnection): boolean {
    return connection === this.#options.connections.current && this.#options.open();
  }
}

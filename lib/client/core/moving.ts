import { findCommand, parseCommand } from "../../wire/commands.ts";
import { LOBBY, parseRoomName } from "../../wire/names.ts";
import { Refusal } from "../../wire/refusal.ts";

/** What a `welcome` means for whoever wants to be in a certain room. */
export type Arrival =
  /** The room that was asked for, and the first one, or that in which one is. */
  | "here"
  /** Another room than before, because it was asked for. */
  | "moved"
  /** A room that nobody asked for. */
  | "wrong";

/** A `/join` that was sent, and has no outcome yet. */
interface Departure {
  /** Where it leads; `undefined` if that is no name of a room, which the server is to say. */
  readonly to?: string;
}

/**
 * In which room one is, and which one to ask for. A `/join` has an outcome before anything follows it: a `welcome`, or
 * the answer to the ping behind it, which means that one stayed. Pure: it sends nothing.
 */
export class Moving {
  #room?: string;
  #wanted?: string;
  #departure?: Departure;
  #marks = 0;
  /** What the ping says that was sent behind the last one, until it is answered: a server answers in order. */
  #mark?: string;

  /** `room`: where to go at first; the lobby without it. */
  constructor(room?: string) {
    this.#wanted = room;
  }

  /** In which room one is; `undefined` before the first welcome. */
  get room(): string | undefined {
    return this.#room;
  }

  /** The room that a new connection asks for; `undefined`: none, so that the server decides. */
  get destination(): string | undefined {
    return this.#departure?.to ?? this.#room ?? this.#wanted;
  }

  /** Whether that is the one in which one is, so that a new connection goes on there where the last one stopped. */
  get stays(): boolean {
    return this.destination === this.#room;
  }

  /** Whether a `/join` was sent and has no outcome yet. */
  get departing(): boolean {
    return this.#departure !== undefined;
  }

  /** Notes that this `/join` is sent. Returns the lines to send. */
  depart(line: string): string[] {
    this.#mark = `moved ${++this.#marks}?`;
    this.#departure = { to: roomIn(line) };
    return [line, `/ping ${this.#mark}`];
  }

  /**
   * Notes a pong. Returns what it tells: that one has `stayed`, was `there` already, or has `moved`, which the welcome
   * before it told; `undefined` if it answers something else.
   */
  pong(text: string): "stayed" | "there" | "moved" | undefined {
    if (this.#mark !== text) return;
    this.#mark = undefined;
    if (this.#departure === undefined) return "moved";
    const there = this.#departure.to === this.#room;
    this.#departure = undefined;
    return there ? "there" : "stayed";
  }

  /**
   * Notes a `welcome` to this room; older servers have one room only, and do not tell. `first`: it is the first one on its
   * connection, which asked for {@linkcode Moving.destination}.
   */
  welcome(room: string = LOBBY, { first }: { first: boolean }): Arrival {
    const departure = this.#departure;
    const wanted = first ? this.destination : departure === undefined ? this.#room : departure.to;
    if (wanted !== undefined && room !== wanted) return "wrong";
    const arrival = this.#room === undefined || this.#room === room ? "here" : "moved";
    this.#room = room;
    this.#departure = undefined;
    return arrival;
  }
}

/** Whether a line goes to another room. */
export function isJoin(line: string): boolean {
  return findCommand(parseCommand(line)?.name ?? "")?.name === "join";
}

/** The room to which a `/join` leads; `undefined` if that is no name of one. */
function roomIn(line: string): string | undefined {
  try {
    return parseRoomName(parseCommand(line)?.text ?? "");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

import { dim } from "@std/fmt/colors";
import { localClock, localDate } from "../../wire/time.ts";
import { Alert, type AlertOptions } from "./alert.ts";
import type { ConversationEvent } from "../core/conversation.ts";
import type { Answers } from "../core/answers.ts";
import { describeRoster, type Roster } from "../core/roster.ts";
import { render, renderDay, renderLost, timeOf } from "../render.ts";
import type { Terminal } from "../../cli/terminal/terminal.ts";

/** The most names that are listed to a newcomer. */
const MAX_NAMES_LISTED = 20;

const FIRST_HELP = "-- Tab completes, Up repeats, Ctrl-D leaves; /help lists the commands";
const PLAIN_FIRST_HELP = "-- Ctrl-D leaves; /help lists the commands";

/** What a view needs besides its terminal. */
export interface ViewOptions extends AlertOptions {
  /** Whether the terminal edits the line by itself, so that nothing can be put into it. */
  plain?: boolean;
  /** The user's own name. */
  self(): string;
  /** Who is in the room. */
  people: Roster;
  /** Which messages answer a command. */
  answers: Answers;
  /** Asks the server who is in the room. */
  askWho(): void;
  /** Takes back a line that could not be said; returns whether it is in the input now. */
  giveBack(text: string): boolean;
}

/** Shows in a terminal what happens in a room. */
export class View implements Disposable {
  readonly #terminal: Terminal;
  readonly #options: ViewOptions;
  readonly #alert: Alert;
  /** The day of the last line that was shown with its time. */
  #date?: string;
  /** The same for the room, while an answer shows other days. */
  #dateInRoom?: string;
  /** When the next attempt to connect begins (`performance.now()`), while there is no connection. */
  #retryAt?: number;
  #countdown?: ReturnType<typeof setInterval>;
  /** Whether the view itself asked for the roster, which is then shown in brief. */
  #greeting: "none" | "asked" | "told" = "none";
  #greeted = false;

  /** Shows a room in this terminal. */
  constructor(terminal: Terminal, options: ViewOptions) {
    this.#terminal = terminal;
    this.#options = options;
    this.#alert = new Alert(options);
  }

  /** The state of the connection while it is lost. */
  get status(): string | undefined {
    if (this.#retryAt === undefined) return undefined;
    const left = this.#retryAt - performance.now();
    return left > 0 ? renderLost(left) : "connection lost, trying again";
  }

  /**
   * Shows an event. If it returns a promise, show nothing more until it resolves.
   *
   * @throws {OutputError} if the terminal is gone
   */
  show(event: ConversationEvent): Promise<void> | void {
    const now = Date.now();
    this.#options.people.note(event);
    const { heading, end, hidden } = this.#options.answers.note(event);
    const before = this.#frame({ heading, end });
    if (before !== "") this.#terminal.print(before);
    if (hidden) return;
    if (event.kind === "lost") return this.#lost(event.delay, now);
    if (event.kind === "back" || event.kind === "welcome") this.#connected();
    // The client ends with this text, and prints it then.
    if (event.kind === "closed" && !event.retry && event.text !== "bye") return;
    const line = this.#roster(event) ?? this.#render(event, now);
    const shown = this.#terminal.print(line + this.#alert.for(event, { self: this.#options.self(), now }));
    if (event.kind === "welcome") this.#greet();
    if (event.kind === "unconfirmed" && !this.#options.plain) this.#giveBack(event.text);
    if (event.kind === "error" && "said" in event) this.#giveBack(event.said);
    return shown;
  }

  /** Stops the countdown. */
  [Symbol.dispose](): void {
    clearInterval(this.#countdown);
  }

  #render(event: ConversationEvent, now: number): string {
    const { people, self } = this.#options;
    const hueOf = (name: string) => people.hueOf(name);
    const line = render(event, { color: true, now, self: self(), hueOf, clock: true });
    const time = line === "" ? undefined : timeOf(event, now);
    return time === undefined ? line : this.#day(time) + line;
  }

  /** The lines before an event that end or begin an answer, whose days are not those of the room. */
  #frame({ heading, end }: { heading?: string; end?: string }): string {
    if (heading !== undefined) [this.#dateInRoom, this.#date] = [this.#date, undefined];
    if (end !== undefined) this.#date = this.#dateInRoom;
    return [end, heading].map((text) => text === undefined ? "" : dim(`-- ${text}`) + "\n").join("");
  }

  /** The line that begins another day, if this time is not on the day of the line before. */
  #day(time: number): string {
    if (localDate(time) === this.#date) return "";
    this.#date = localDate(time);
    return renderDay(time, true);
  }

  #lost(delay: number, now: number): void {
    if (this.#retryAt === undefined) {
      this.#terminal.print(this.#day(now) + dim(`${localClock(now)} -- connection lost`) + "\n");
      this.#countdown = setInterval(() => this.#terminal.refresh(), 1000);
    }
    this.#retryAt = performance.now() + delay;
    this.#terminal.refresh();
  }

  #connected(): void {
    clearInterval(this.#countdown);
    this.#retryAt = undefined;
  }

  #greet(): void {
    if (this.#greeting === "asked") return;
    this.#greeting = "asked";
    this.#options.askWho();
  }

  /** A line of the roster, in brief if the view asked for it; `undefined` for anything else. */
  #roster(event: ConversationEvent): string | undefined {
    if (event.kind !== "notice" || event.names === undefined) return;
    const [count] = event.text.split(":");
    const { names } = event;
    const listed = describeRoster({ text: event.text, names, self: this.#options.self() });
    if (this.#greeting === "told" && count === "and") return "";
    if (this.#greeting !== "asked") {
      this.#greeting = "none";
      return `${dim(`-- ${listed}`)}\n`;
    }
    this.#greeting = "told";
    const text = names.length > MAX_NAMES_LISTED ? `${count}; /who lists them` : listed;
    const help = this.#greeted ? "" : `${dim(this.#options.plain ? PLAIN_FIRST_HELP : FIRST_HELP)}\n`;
    this.#greeted = true;
    return `${dim(`-- ${text}`)}\n${help}`;
  }

  #giveBack(text: string): void {
    if (this.#options.plain) return void this.#terminal.print(`-- not said: ${text}\n`);
    if (this.#options.giveBack(text)) return;
    this.#terminal.print(dim("-- Up brings back what was not said") + "\n");
  }
}

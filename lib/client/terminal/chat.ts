import { untilClosed } from "../../cli/output.ts";
import { isSameName, LOBBY } from "../../wire/names.ts";
import { clean } from "../../wire/clean.ts";
import { CLIENT_COMMANDS, type LocalAnswer, takeLocally } from "../core/local_commands.ts";
import { Conversation, type ConversationEvent } from "../core/conversation.ts";
import { Dialer } from "../dial.ts";
import { Answers } from "../core/answers.ts";
import { Ignored } from "../core/ignore.ts";
import { KnownRooms } from "../core/known_rooms.ts";
import { adviceOnName } from "../core/owned_name.ts";
import type { Recollection } from "../core/places.ts";
import { isPlainHistory } from "../core/scrollback.ts";
import type { Connection } from "../../net/connection.ts";
import { askName, confirmFingerprint } from "./questions.ts";
import { Roster } from "../core/roster.ts";
import { renderOwn } from "../render.ts";
import type { ChatOptions } from "../options.ts";
import { NOT_ALL_SAID, talk } from "../core/talk.ts";
import { Composer } from "./composer.ts";
import type { Terminal } from "../../cli/terminal/terminal.ts";
import { View } from "./view.ts";

/** The most lines on their way to the server at once; the others can still be taken back. */
const TERMINAL_WINDOW = 16;

/** What `/help` says about the keys. */
const KEY_HELP = [
  "Tab completes, Up repeats",
  "Ctrl-C clears the line, Ctrl-D leaves",
];

/** The same for a terminal that edits lines by itself. */
const PLAIN_KEY_HELP = ["Ctrl-D leaves"];

const IN_THE_ROOM: ReadonlySet<ConversationEvent["kind"]> = new Set(["welcome", "back", "plain", "silent"]);

const CANDIDATES = {
  commands: CLIENT_COMMANDS.map(({ name }) => name),
  aliases: CLIENT_COMMANDS.flatMap(({ aliases = [] }) => aliases),
};

/**
 * Joins a room in a terminal. Resolves to `undefined` if all went well, or to a sentence that says what did not.
 *
 * @throws what {@linkcode Dialer.connect} throws
 */
export async function chatInTerminal(terminal: Terminal, options: ChatOptions): Promise<string | undefined> {
  const signal = AbortSignal.any([options.signal, terminal.left]);
  const dialer = new Dialer(options, (fingerprint) => confirmFingerprint(terminal, { fingerprint, signal }));
  const arrived = await unlessLeft(arrive(terminal, dialer, { ...options, signal }), signal);
  if (arrived === undefined) return;
  const { connection, memory, name } = arrived;
  const room = options.room ?? memory.room;
  using conversation = new Conversation(connection, {
    name,
    room,
    password: options.password,
    identity: memory.identity,
    watch: true,
    places: memory,
    connect: (signal) => dialer.connect(signal),
    window: TERMINAL_WINDOW,
  });
  using chat = new TerminalChat(terminal, conversation, { ...options, name, memory, signal });
  const problem = await chat.run();
  const other = problem !== undefined && !problem.includes("--room") && conversation.room === undefined &&
    options.room === undefined;
  return other && room !== undefined && room !== LOBBY
    ? `${problem}; --room ${LOBBY} goes to the lobby`
    : problem;
}

/** What is known when a conversation begins. */
interface Arrived {
  connection: Connection;
  memory: Recollection;
  name?: string;
}

/** Connects, looks up what is remembered of the server, and asks for a name; `undefined` if the user leaves. */
async function arrive(
  terminal: Terminal,
  dialer: Dialer,
  { name, signal, recall }: ChatOptions,
): Promise<Arrived | undefined> {
  const probed = name === undefined ? await dialer.probe(signal) : undefined;
  const first = probed === undefined ? await dialer.connect(signal) : undefined;
  const memory = await recall(dialer.server, (sentence) => void terminal.print(`-- ${sentence}\n`));
  if (first !== undefined) return { connection: first, memory, name };
  const asked = probed?.parley
    ? await askName(terminal, { last: memory.name, local: probed.local, signal })
    : undefined;
  return signal.aborted ? undefined : { connection: await dialer.connect(signal), memory, name: asked };
}

interface TerminalChatOptions extends ChatOptions {
  /** What is remembered of the server. */
  memory: Recollection;
}

/** A conversation in a terminal. */
class TerminalChat implements Disposable {
  readonly #terminal: Terminal;
  readonly #conversation: Conversation;
  readonly #options: TerminalChatOptions;
  readonly #ignored = new Ignored();
  readonly #people = new Roster();
  readonly #rooms = new KnownRooms();
  readonly #answers = new Answers();
  readonly #composer: Composer;
  readonly #view: View;
  readonly #leave = () => void this.#conversation.leave();

  constructor(terminal: Terminal, conversation: Conversation, options: TerminalChatOptions) {
    this.#terminal = terminal;
    this.#conversation = conversation;
    this.#options = options;
    this.#composer = new Composer(terminal, {
      name: () => whereabouts(conversation),
      candidates: () => ({
        ...CANDIDATES,
        names: this.#people.names(conversation.name),
        rooms: this.#rooms.names(conversation.room),
      }),
      unanswered: () =>
        conversation.unanswered.map(({ text }) => text).filter((text) => !Answers.isOwn(text)),
      waits: () => conversation.waits,
      commands: () => conversation.rich,
      status: () => this.#view.status,
      plain: options.plain,
      follow: options.follow,
      leave: this.#leave,
    });
    this.#view = new View(terminal, {
      bell: options.bell,
      notify: options.notify && !options.plain,
      plain: options.plain,
      self: () => conversation.name ?? "",
      people: this.#people,
      answers: this.#answers,
      askWho: () => conversation.send("/who", { unasked: true }),
      giveBack: (text) => this.#composer.giveBack(text),
    });
  }

  /** Talks until the user leaves or the server closes. Returns what did not go well, in a sentence. */
  async run(): Promise<string | undefined> {
    const [terminal, conversation, { signal }] = [this.#terminal, this.#conversation, this.#options];
    signal.addEventListener("abort", this.#leave);
    if (signal.aborted) this.#leave();
    const { problem } = await untilClosed(talk(conversation, {
      input: this.#input(),
      show: (event) => this.#show(event),
      showOwn: (text) => terminal.print(renderOwn(text, true)),
      password: () => this.#askPassword(),
      locally: (line) => this.#takeLocally(line),
      stayed: () => this.#composer.takeBack(),
      follow: true,
    }));
    const unsaid = [...this.#composer.unsaid, ...terminal.unused];
    for (const line of unsaid) terminal.print(`error: not said: ${clean(line)}\n`);
    return problem ?? (unsaid.length > 0 ? NOT_ALL_SAID : undefined);
  }

  [Symbol.dispose](): void {
    this.#options.signal.removeEventListener("abort", this.#leave);
    this.#view[Symbol.dispose]();
  }

  async *#input(): AsyncGenerator<string> {
    for await (const line of this.#composer.lines()) {
      // It goes on from where the answer before it ends.
      if (isPlainHistory(line)) await this.#answers.idle();
      yield* this.#conversation.rich ? this.#answers.ask(line) : [line];
    }
  }

  /** What is typed is said once the user is in the room, and not while the password is asked for. */
  #show(event: ConversationEvent): Promise<void> | void {
    if (IN_THE_ROOM.has(event.kind)) {
      this.#terminal.typing = this.#composer;
      this.#composer.resume();
    }
    const { name, memory } = this.#options;
    if (this.#rooms.note(event)) return;
    const arrived = event.kind === "welcome" && event.from === undefined;
    if (arrived && event.room !== undefined) this.#askRooms();
    if (arrived && name !== undefined && !isSameName(event.name, name)) this.#askAnother(event.name);
    const advice = event.kind === "error" ? adviceOnName(event.text, memory.reason) : undefined;
    if (this.#ignored.hides(event)) return;
    const shown = this.#view.show(event);
    return advice === undefined ? shown : this.#terminal.print(`-- ${advice}\n`);
  }

  #takeLocally(line: string): LocalAnswer | undefined {
    return takeLocally(line, {
      ignored: this.#ignored,
      rich: this.#conversation.rich,
      correspondent: this.#people.correspondent,
      keys: this.#options.plain ? PLAIN_KEY_HELP : KEY_HELP,
      clear: () => this.#terminal.clear(),
    });
  }

  async #askAnother(current: string): Promise<void> {
    const { signal } = this.#options;
    const answer = await this.#terminal.ask(`another name (Enter: ${current}): `, { signal });
    if (answer !== undefined && answer.trim() !== "") await this.#conversation.send(`/name ${answer.trim()}`);
  }

  async #askRooms(): Promise<void> {
    for (const line of this.#rooms.ask()) await this.#conversation.send(line, { unasked: true });
  }

  async #askPassword(): Promise<string | undefined> {
    this.#terminal.typing = undefined;
    const password = await this.#terminal.ask("password: ", { secret: true, signal: this.#options.signal });
    if (password === undefined) this.#terminal.leave();
    return password;
  }
}

/** For the prompt: one's name, and the room unless it is the lobby. */
function whereabouts({ name, room = LOBBY }: Conversation): string | undefined {
  return name === undefined || room === LOBBY ? name : `${name} in ${room}`;
}

/** What a promise resolves to, or `undefined` if it fails because the user leaves. */
async function unlessLeft<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

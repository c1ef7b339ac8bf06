import { untilClosed } from "../../cli/output.ts";
import { isSameName, parseName } from "../../wire/names.ts";
import { Refusal } from "../../wire/refusal.ts";
import { clean } from "../../wire/clean.ts";
import { CLIENT_COMMANDS, type LocalAnswer, takeLocally } from "../core/local_commands.ts";
import { Conversation, type ConversationEvent } from "../core/conversation.ts";
import { Dialer } from "../dial.ts";
import { Answers } from "../core/answers.ts";
import { Ignored } from "../core/ignore.ts";
import { Roster } from "../core/roster.ts";
import { renderOwn } from "../render.ts";
import { formatFingerprint } from "../../net/tls/fingerprint.ts";
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

/** Environment variables that hold the login name. */
const LOGIN_NAMES = ["USER", "USERNAME"];

/**
 * Joins a room in a terminal. Resolves to `undefined` if all went well, or to a sentence that says what did not.
 *
 * @throws what {@linkcode Dialer.connect} throws
 */
export async function chatInTerminal(terminal: Terminal, options: ChatOptions): Promise<string | undefined> {
  const signal = AbortSignal.any([options.signal, terminal.left]);
  const dialer = new Dialer(options, (fingerprint) => confirmFingerprint(terminal, { fingerprint, signal }));
  const name = options.name ?? await unlessLeft(askName(terminal, dialer, signal), signal);
  const connection = signal.aborted ? undefined : await unlessLeft(dialer.connect(signal), signal);
  if (connection === undefined) return;
  using conversation = new Conversation(connection, {
    name,
    password: options.password,
    connect: (signal) => dialer.connect(signal),
    window: TERMINAL_WINDOW,
  });
  using chat = new TerminalChat(terminal, conversation, { ...options, name, signal });
  return await chat.run();
}

/** A conversation in a terminal. */
class TerminalChat implements Disposable {
  readonly #terminal: Terminal;
  readonly #conversation: Conversation;
  readonly #options: ChatOptions;
  readonly #ignored = new Ignored();
  readonly #people = new Roster();
  readonly #answers = new Answers();
  readonly #composer: Composer;
  readonly #view: View;
  readonly #leave = () => void this.#conversation.leave();

  constructor(terminal: Terminal, conversation: Conversation, options: ChatOptions) {
    this.#terminal = terminal;
    this.#conversation = conversation;
    this.#options = options;
    this.#composer = new Composer(terminal, {
      name: () => conversation.name,
      candidates: () => ({ ...CANDIDATES, names: this.#people.names(conversation.name) }),
      unanswered: () =>
        conversation.unanswered.map(({ text }) => text).filter((text) => !Answers.isOwn(text)),
      waits: () => conversation.waits,
      commands: () => conversation.rich,
      status: () => this.#view.status,
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
      yield* this.#conversation.rich ? this.#answers.ask(line) : [line];
    }
  }

  /** What is typed is said once the user is in the room, and not while the password is asked for. */
  #show(event: ConversationEvent): Promise<void> | void {
    if (IN_THE_ROOM.has(event.kind)) {
      this.#terminal.typing = this.#composer;
      this.#composer.resume();
    }
    const { name } = this.#options;
    if (event.kind === "welcome" && name !== undefined && !isSameName(event.name, name)) {
      this.#askAnother(event.name);
    }
    if (!this.#ignored.hides(event)) return this.#view.show(event);
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

  async #askPassword(): Promise<string | undefined> {
    this.#terminal.typing = undefined;
    const password = await this.#terminal.ask("password: ", { secret: true, signal: this.#options.signal });
    if (password === undefined) this.#terminal.leave();
    return password;
  }
}

/** What a promise resolves to, or `undefined` if it fails because the user leaves. */
async function unlessLeft<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Asks for a name if the server is parley. Suggests the login name, or else the address, which needs no name. */
async function askName(
  terminal: Terminal,
  dialer: Dialer,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { parley, local } = await dialer.probe(signal);
  if (!parley) return;
  const login = loginName();
  while (!signal.aborted) {
    const answer = (await terminal.ask(`your name (Enter: ${login ?? local}): `, { signal }))?.trim();
    if (answer === undefined) {
      terminal.leave();
      return;
    }
    if (answer === "") return login;
    try {
      return parseName(answer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      terminal.print(`error: ${error.message}\n`);
    }
  }
}

function loginName(): string | undefined {
  for (const variable of LOGIN_NAMES) {
    if (Deno.permissions.querySync({ name: "env", variable }).state !== "granted") continue;
    try {
      return parseName(Deno.env.get(variable) ?? "");
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
}

async function confirmFingerprint(
  terminal: Terminal,
  { fingerprint, signal }: { fingerprint: string; signal: AbortSignal },
): Promise<boolean> {
  terminal.print(
    `nobody vouches for this server; its certificate has the SHA-256 fingerprint\n${
      formatFingerprint(fingerprint)
    }\n`,
  );
  const answer = await terminal.ask("Is that what the server's terminal shows? [y/N] ", { signal });
  return /^y(es)?$/i.test(answer?.trim() ?? "");
}

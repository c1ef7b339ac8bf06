import { isSameName, parseName } from "../../names.ts";
import { Refusal } from "../../refusal.ts";
import { clean } from "../../wire/clean.ts";
import { CLIENT_COMMANDS, takeLocally } from "../commands.ts";
import { Conversation, type ConversationEvent } from "../conversation.ts";
import { Dialer } from "../dial.ts";
import { Ignored } from "../ignore.ts";
import { People } from "../people.ts";
import { renderOwn } from "../render.ts";
import type { ChatOptions } from "../options.ts";
import { NOT_ALL_SAID, talk } from "../talk.ts";
import { Composer } from "./composer.ts";
import type { Terminal } from "./terminal.ts";
import { View } from "./view.ts";

/** How many lines are on their way to the server at most: the others can still be taken back. */
const WINDOW = 16;

/** What `/help` says of the keys. */
const KEYS = [
  "Tab completes, Up repeats",
  "Ctrl-C clears the line, Ctrl-D leaves",
];

const IN_THE_ROOM: ReadonlySet<ConversationEvent["kind"]> = new Set(["welcome", "back", "plain", "silent"]);

const COMMAND_NAMES = CLIENT_COMMANDS.map(({ name }) => name);

/** Variables that hold the login name, where they may be read. */
const LOGIN_NAMES = ["USER", "USERNAME"];

/**
 * Joins a room in a terminal. Resolves to nothing when all went well, and else to a sentence on what did not.
 *
 * @throws what {@linkcode Dialer.connect} throws
 */
export async function chatInTerminal(terminal: Terminal, options: ChatOptions): Promise<string | undefined> {
  const signal = AbortSignal.any([options.signal, terminal.left]);
  const dialer = new Dialer(options, (fingerprint) => confirmFingerprint(terminal, { fingerprint, signal }));
  const name = options.name ?? await unlessLeft(askName(terminal, dialer, signal), signal);
  const connection = signal.aborted ? undefined : await unlessLeft(dialer.connect(signal), signal);
  if (connection === undefined) return;
  using chat = new Conversation(connection, {
    name,
    password: options.password,
    connect: (signal) => dialer.connect(signal),
    window: WINDOW,
  });
  const leave = () => void chat.leave();
  signal.addEventListener("abort", leave);
  if (signal.aborted) leave();

  const ignored = new Ignored();
  const people = new People();
  const composer: Composer = new Composer(terminal, {
    candidates: () => ({ commands: COMMAND_NAMES, names: people.names(chat.name) }),
    unanswered: () => chat.unanswered.map(({ text }) => text),
    waits: () => chat.waits,
    commands: () => chat.rich,
    status: () => view.status,
    leave,
  });
  using view: View = new View(terminal, {
    bell: options.bell,
    notify: options.notify,
    self: () => chat.name ?? "",
    people,
    askWho: () => chat.send("/who"),
    giveBack: (text) => composer.giveBack(text),
  });

  /** What is typed is said once one is in the room, and not while the password is asked for. */
  function show(event: ConversationEvent): Promise<void> | void {
    if (IN_THE_ROOM.has(event.kind)) {
      terminal.typing = composer;
      composer.resume();
    }
    if (event.kind === "welcome" && name !== undefined && !isSameName(event.name, name)) {
      askAnother(event.name);
    }
    if (!ignored.hides(event)) return view.show(event);
  }

  async function askAnother(current: string): Promise<void> {
    const answer = await terminal.ask(`another name (Enter: ${current}): `, { signal });
    if (answer !== undefined && answer.trim() !== "") await chat.send(`/name ${answer.trim()}`);
  }

  async function askPassword(): Promise<string | undefined> {
    terminal.typing = undefined;
    const password = await terminal.ask("password: ", { secret: true, signal });
    if (password === undefined) terminal.leave();
    return password;
  }

  const { problem } = await talk(chat, {
    input: composer.lines(),
    show,
    showOwn: (text) => terminal.print(renderOwn(text, true)),
    password: askPassword,
    locally: (line) => takeLocally(line, { ignored, rich: chat.rich, keys: KEYS }),
    follow: true,
  });
  const unsaid = [...composer.unsaid, ...terminal.unused];
  for (const line of unsaid) terminal.print(`error: not said: ${clean(line)}\n`);
  return problem ?? (unsaid.length > 0 ? NOT_ALL_SAID : undefined);
}

/** What a promise resolves to; nothing where it fails because someone leaves. */
async function unlessLeft<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Asks for a name where it is of use; what it suggests is the login name, or the address, which needs no name. */
async function askName(
  terminal: Terminal,
  dialer: Dialer,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { parley, local } = await dialer.look(signal);
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
    `no authority vouches for this server; its certificate has the SHA-256 fingerprint\n${fingerprint}\n`,
  );
  const answer = await terminal.ask("Is that what the server's terminal shows? [y/N] ", { signal });
  return /^y(es)?$/i.test(answer?.trim() ?? "");
}

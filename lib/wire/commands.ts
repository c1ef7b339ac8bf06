/**
 * The one table of commands: the server carries them out by it, `/help` lists it, and the client completes and sends by
 * it.
 *
 * @module
 */

/**
 * Whom a command is for: `all`, including the operator at the server's terminal; the `members` of a room; the
 * `operator`, at the terminal or as a member; whoever sits at the server's `terminal`; `programs` that talk to the server;
 * the `protocol`, which a client speaks on behalf of its user; or the user of a `client`, which carries it out itself.
 */
export type Audience = "all" | "members" | "operator" | "terminal" | "programs" | "protocol" | "client";

/** What is known of a command. */
export interface CommandInfo {
  /** Without the slash. */
  readonly name: string;
  /** Whom it is for. */
  readonly audience: Audience;
  /** What other chats call it; these names mean the same. */
  readonly aliases?: readonly string[];
  /** What follows the name, as `/help` shows it. */
  readonly usage?: string;
  /** What it does, in a few words, for `/help`. */
  readonly summary: string;
  /** Usage and summary for a terminal of 40 columns, if the ones above are too long. */
  readonly brief?: { readonly usage?: string; readonly summary: string };
  /** How many lines it counts as in the input limit; 1 unless it makes the server search or tell everyone. */
  readonly cost?: number;
  /** What answers it behind `/once`: a log entry, or a line for its sender alone. Without it, it cannot stand behind `/once`. */
  readonly once?: "entry" | "private";
  /** What its first argument is, for completion. */
  readonly completes?: "name" | "room";
}

/** The cost of a command that makes the server search or tell everyone. */
const EXPENSIVE = 10;

/** What people type to leave. */
const LEAVING = ["q", "exit", "bye", "part"] as const;

/** All commands, in the order in which `/help` lists them. */
export const COMMAND_TABLE = [
  { name: "who", audience: "all", aliases: ["names", "users"], summary: "who is here", cost: EXPENSIVE },
  {
    name: "msg",
    audience: "all",
    aliases: ["dm", "pm", "w", "query"],
    usage: "NAME TEXT",
    summary: "say something to one person only",
    brief: { summary: "to one only" },
    once: "private",
    completes: "name",
  },
  {
    name: "me",
    audience: "all",
    usage: "TEXT",
    summary: "say what you do: /me waves",
    brief: { summary: "say what you do" },
    once: "entry",
  },
  {
    name: "name",
    audience: "members",
    aliases: ["nick"],
    usage: "NAME",
    summary: "take another name",
    brief: { summary: "change your name" },
    cost: EXPENSIVE,
  },
  {
    name: "join",
    audience: "members",
    aliases: ["j"],
    usage: "ROOM",
    summary: "go to another room, which begins when someone goes there",
    brief: { summary: "to another room" },
    cost: EXPENSIVE,
    completes: "room",
  },
  {
    name: "rooms",
    audience: "all",
    aliases: ["list"],
    summary: "which rooms there are, and how many are in each",
    brief: { summary: "list the rooms" },
    cost: EXPENSIVE,
  },
  {
    name: "say",
    audience: "operator",
    usage: "ROOM TEXT",
    summary: "say something in a room",
    completes: "room",
  },
  {
    name: "close",
    audience: "operator",
    usage: "ROOM",
    summary: "end a room with all that was said in it, and the connections of whoever is there",
    completes: "room",
  },
  {
    name: "kick",
    audience: "operator",
    usage: "NAME [WHY]",
    summary: "end someone's connection; WHY is told to everyone",
    completes: "name",
  },
  {
    name: "ban",
    audience: "operator",
    usage: "ADDRESS",
    summary: "end all connections from an address and refuse new ones, until the server ends",
    completes: "name",
  },
  {
    name: "unban",
    audience: "operator",
    usage: "[ADDRESS]",
    summary: "let an address in again; alone, list those that are banned",
  },
  {
    name: "free",
    audience: "operator",
    usage: "NAME",
    summary: "let others take a name that belongs to someone",
    completes: "name",
  },
  { name: "stats", audience: "operator", summary: "how the server is doing" },
  {
    name: "history",
    audience: "all",
    usage: "[N | since TIME | before SEQ]",
    summary: "what was said before: 50 messages, N, since 20:00, or before entry SEQ",
    brief: { usage: "[N]", summary: "the last messages" },
    cost: EXPENSIVE,
  },
  {
    name: "search",
    audience: "all",
    usage: "WORDS",
    summary: "what was said with these words, newest first, if the room is kept in a file",
    brief: { summary: "what was said" },
    cost: EXPENSIVE,
  },
  {
    name: "ignore",
    audience: "client",
    usage: "[NAME]",
    summary: "hide what someone says; again, show it",
    brief: { summary: "hide someone" },
    completes: "name",
  },
  {
    name: "r",
    audience: "client",
    usage: "TEXT",
    summary: "answer the last private message",
    brief: { summary: "answer in private" },
  },
  { name: "clear", audience: "client", summary: "clear the screen" },
  { name: "help", audience: "all", aliases: ["h", "?"], summary: "this list" },
  {
    name: "quit",
    audience: "members",
    aliases: LEAVING,
    usage: "[TEXT]",
    summary: "leave; TEXT tells the others why",
    brief: { summary: "leave" },
  },
  {
    name: "link",
    audience: "members",
    usage: "[CODE]",
    summary: "show a code that makes another device yours, too; with a code, make this one theirs",
    brief: { usage: "[CODE]", summary: "add a device" },
    cost: EXPENSIVE,
  },
  {
    name: "operator",
    audience: "members",
    usage: "PASSWORD",
    summary: "get the operator's commands, if the server has a password for that",
    brief: { summary: "be the operator" },
    cost: EXPENSIVE,
  },
  { name: "quit", audience: "terminal", aliases: LEAVING, summary: "how to end the server" },
  { name: "json", audience: "protocol", summary: "from now on one JSON object a line, for programs" },
  { name: "text", audience: "protocol", summary: "from now on plain lines again" },
  {
    name: "hello",
    audience: "protocol",
    usage: "{…}",
    summary: "sets up name and format; only as the first line",
  },
  {
    name: "once",
    audience: "protocol",
    usage: "N LINE",
    summary: "for programs: say LINE, unless line N was said before",
  },
  { name: "ping", audience: "programs", usage: "[TEXT]", summary: "answered with pong" },
] as const satisfies readonly CommandInfo[];

/** One of the commands, with literal types. */
export type KnownCommand = typeof COMMAND_TABLE[number];

/** The names of the commands for these audiences. */
export type CommandName<A extends Audience = Audience> = Extract<KnownCommand, { audience: A }>["name"];

/** The audiences that a member of a room belongs to, that the operator does, and that the user of a client does. */
export const AUDIENCES = {
  member: ["all", "members", "programs", "protocol"],
  operator: ["all", "operator", "terminal"],
  /** A member who has given the operator's password. */
  remoteOperator: ["all", "members", "operator", "programs", "protocol"],
  client: ["all", "members", "client"],
} as const satisfies Record<string, readonly Audience[]>;

/** The commands for these audiences, in the order in which `/help` lists them. */
export function commandsFor(audiences: readonly Audience[]): readonly CommandInfo[] {
  return COMMAND_TABLE.filter(({ audience }) => audiences.includes(audience));
}

/** The names of the commands that may stand behind `/once`. */
export const ONCE_COMMANDS: readonly string[] = COMMAND_TABLE.filter((command) => "once" in command)
  .map(({ name }) => name).reverse();

/** The command of this name or alias, in upper or lower case; of those that share it, the one that members have. */
export function findCommand(name: string): CommandInfo | undefined {
  return COMMAND_TABLE.find((command) => namesOf(command).includes(name.toLowerCase()));
}

/** The names by which a command can be given, its own first. */
export function namesOf({ name, aliases = [] }: CommandInfo): readonly string[] {
  return [name, ...aliases];
}

/** A line with the command's own name in place of an alias, which older servers do not know. */
export function withoutAlias(line: string): string {
  const given = parseCommand(line);
  const command = findCommand(given?.name ?? "");
  if (given === undefined || command === undefined || command.name === given.name.toLowerCase()) return line;
  return `/${command.name}${line.slice(1 + given.name.length)}`;
}

/** How a command is used, such as `/msg NAME TEXT`. */
export function callOf({ name, usage }: Pick<CommandInfo, "name" | "usage">): string {
  return usage === undefined ? `/${name}` : `/${name} ${usage}`;
}

/** Lines that list how commands are used beside what they do, in two columns. */
export function helpLines(rows: readonly (readonly [call: string, summary: string])[]): string[] {
  const width = Math.max(...rows.map(([call]) => call.length));
  return rows.map(([call, summary]) => `${call.padEnd(width)}  ${summary}`);
}

/** Splits a command line into its name and what follows, trimmed. Returns `undefined` for a line that is no command. */
export function parseCommand(line: string): { name: string; text: string } | undefined {
  if (!line.startsWith("/") || line.startsWith("//")) return;
  const [name, text] = splitWord(line.slice(1));
  return { name, text };
}

/** Splits a text at its first white space; the rest is trimmed. */
export function splitWord(text: string): [word: string, rest: string] {
  const space = text.search(/\s/);
  return space === -1 ? [text, ""] : [text.slice(0, space), text.slice(space).trim()];
}

/**
 * All that is known of the commands, in one table: the server carries them out by it, `/help` lists them from it, and
 * the client completes and sends by it.
 *
 * @module
 */

/**
 * For whom a command is: for `all`, the operator at the server's terminal included, for the `members` of a room, or for
 * the `operator` alone; for `programs` that talk to the server; part of the `protocol`, which a client speaks for its
 * user; or for the user of a `client`, which carries it out by itself.
 */
export type Audience = "all" | "members" | "operator" | "programs" | "protocol" | "client";

/** What is known of a command. */
export interface CommandInfo {
  /** Without the slash. */
  readonly name: string;
  /** For whom it is. */
  readonly audience: Audience;
  /** What comes after the name, as `/help` shows it. */
  readonly usage?: string;
  /** What it does, in a few words, for `/help`. */
  readonly summary: string;
  /** Usage and summary for a terminal of 40 columns, if those above are too long for it. */
  readonly brief?: { readonly usage?: string; readonly summary: string };
  /** How many lines it counts for in the limit on input; 1 unless it makes the server search or tell everyone. */
  readonly cost?: number;
  /** What answers it if it is given behind `/once`: an entry of the log, or a line for its sender alone. Others cannot be. */
  readonly once?: "entry" | "private";
  /** What its first argument is, for whoever completes it. */
  readonly completes?: "name";
}

/** What commands cost that make the server search or tell everyone. */
const EXPENSIVE = 10;

const TABLE = [
  { name: "who", audience: "all", summary: "who is here", cost: EXPENSIVE },
  {
    name: "msg",
    audience: "all",
    usage: "NAME TEXT",
    summary: "say something to one person only",
    brief: { usage: "NAME TEXT", summary: "to one only" },
    once: "private",
    completes: "name",
  },
  {
    name: "me",
    audience: "all",
    usage: "TEXT",
    summary: "say what you do: /me waves",
    brief: { usage: "TEXT", summary: "say what you do" },
    once: "entry",
  },
  {
    name: "name",
    audience: "members",
    usage: "NAME",
    summary: "take another name",
    brief: { usage: "NAME", summary: "change your name" },
    cost: EXPENSIVE,
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
  { name: "stats", audience: "operator", summary: "how the server is doing" },
  {
    name: "history",
    audience: "all",
    usage: "[N | since [DATE] HH:MM]",
    summary: "what was said before: 50 messages, N (200 at most), or since then",
    brief: { usage: "[N]", summary: "the last messages" },
    cost: EXPENSIVE,
  },
  {
    name: "search",
    audience: "all",
    usage: "WORDS",
    summary: "what was said with these words, newest first, if the room is kept in a file",
    brief: { usage: "WORDS", summary: "what was said" },
    cost: EXPENSIVE,
  },
  {
    name: "ignore",
    audience: "client",
    usage: "[NAME]",
    summary: "hide what someone says; again, show it",
    brief: { usage: "[NAME]", summary: "hide someone" },
    completes: "name",
  },
  { name: "help", audience: "all", summary: "this list" },
  {
    name: "quit",
    audience: "members",
    usage: "[TEXT]",
    summary: "leave; TEXT tells the others why",
    brief: { usage: "[TEXT]", summary: "leave" },
  },
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
    summary: "for programs: say LINE, which may be /me or /msg, unless line N was said before",
  },
  { name: "ping", audience: "programs", usage: "[TEXT]", summary: "answered with pong" },
] as const satisfies readonly CommandInfo[];

type Entry = typeof TABLE[number];

/** The names of the commands for these audiences. */
export type CommandName<A extends Audience = Audience> = Extract<Entry, { audience: A }>["name"];

/** Who the audiences of a member of a room are, and those of the operator, and of someone in front of a client. */
export const AUDIENCES = {
  member: ["all", "members", "programs", "protocol"],
  operator: ["all", "operator"],
  client: ["all", "members", "client"],
} as const satisfies Record<string, readonly Audience[]>;

/** The commands for these audiences, in the order in which `/help` lists them. */
export function commandsFor(audiences: readonly Audience[]): readonly CommandInfo[] {
  return TABLE.filter(({ audience }) => audiences.includes(audience));
}

/** What is known of the command of this name, in whatever case it is written. */
export function findCommand(name: string): CommandInfo | undefined {
  return TABLE.find((command) => command.name === name.toLowerCase());
}

/** How a command is given, such as `/msg NAME TEXT`. */
export function callOf({ name, usage }: Pick<CommandInfo, "name" | "usage">): string {
  return usage === undefined ? `/${name}` : `/${name} ${usage}`;
}

/** Lines that list calls of commands beside what they do. */
export function helpLines(rows: readonly (readonly [call: string, summary: string])[]): string[] {
  const width = Math.max(...rows.map(([call]) => call.length));
  return rows.map(([call, summary]) => `${call.padEnd(width)}  ${summary}`);
}

/** Takes a line that is a command apart: its name, and what follows without the spaces around it. */
export function parseCommand(line: string): { name: string; text: string } | undefined {
  if (!line.startsWith("/") || line.startsWith("//")) return;
  const [name, text] = splitWord(line.slice(1));
  return { name, text };
}

/** What stands before the first white space, and what follows without the white space around it. */
export function splitWord(text: string): [word: string, rest: string] {
  const space = text.search(/\s/);
  return space === -1 ? [text, ""] : [text.slice(0, space), text.slice(space).trim()];
}

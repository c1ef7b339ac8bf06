import type { Ignored } from "./ignore.ts";

/** A command that can be given in the client. */
export interface ClientCommandInfo {
  /** Without the slash. */
  readonly name: string;
  /** What comes after it. */
  readonly usage: string;
  /** What it does, in a few words. */
  readonly summary: string;
}

/** The commands that someone in front of the client needs. All but `/ignore` and `/help` are the server's. */
export const CLIENT_COMMANDS: readonly ClientCommandInfo[] = [
  { name: "who", usage: "", summary: "who is here" },
  { name: "msg", usage: "NAME TEXT", summary: "to one only" },
  { name: "me", usage: "TEXT", summary: "say what you do" },
  { name: "name", usage: "NAME", summary: "change your name" },
  { name: "history", usage: "[N]", summary: "the last messages" },
  { name: "search", usage: "WORDS", summary: "what was said" },
  { name: "ignore", usage: "[NAME]", summary: "hide someone" },
  { name: "quit", usage: "[TEXT]", summary: "leave" },
  { name: "help", usage: "", summary: "this list" },
];

/** What the server has for programs, and the client uses itself. */
const FOR_PROGRAMS = new Set(["json", "text", "hello", "once"]);

/** What the client itself says to a line. */
export interface LocalAnswer {
  /** For its user, line by line. */
  answer: string[];
  /** Whether it was refused. */
  refused?: boolean;
  /** Whether the server is to have a say, too. */
  send: boolean;
}

/**
 * Carries out a line that is for the client; gives nothing for one that is for the server alone. `rich`: whether the
 * server is parley; `keys`: what `/help` says of them.
 */
export function takeLocally(
  line: string,
  { ignored, rich, keys = [] }: { ignored: Ignored; rich: boolean; keys?: readonly string[] },
): LocalAnswer | undefined {
  const [, name = "", text = ""] = /^\/(\S+)\s*(.*)$/s.exec(line.trim()) ?? [];
  const command = name.toLowerCase();
  if (command === "ignore") return { answer: [ignored.toggle(text)], send: false };
  if (command === "help") return { answer: [...help(), ...keys], send: !rich };
  if (!rich || !FOR_PROGRAMS.has(command)) return;
  return {
    answer: [`/${command} is for programs that talk to the server without this client; //${command} says it`],
    refused: true,
    send: false,
  };
}

/** Whether a line leaves the room: who wants that does not wait for a connection to say so on. */
export function isQuit(line: string): boolean {
  return /^\/quit(\s|$)/i.test(line);
}

function help(): string[] {
  const calls = CLIENT_COMMANDS.map(({ name, usage }) => `/${name} ${usage}`.trimEnd());
  const width = Math.max(...calls.map((call) => call.length));
  return [
    ...CLIENT_COMMANDS.map(({ summary }, i) => `${calls[i].padEnd(width)}  ${summary}`),
    `${"//TEXT".padEnd(width)}  say "/TEXT"`,
  ];
}

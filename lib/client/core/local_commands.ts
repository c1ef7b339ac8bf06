import {
  AUDIENCES,
  callOf,
  type CommandInfo,
  commandsFor,
  findCommand,
  helpLines,
  parseCommand,
} from "../../wire/commands.ts";
import type { Ignored } from "./ignore.ts";

/** The commands for the user of the client. Most are carried out by the server. */
export const CLIENT_COMMANDS: readonly CommandInfo[] = commandsFor(AUDIENCES.client);

/** The client's own answer to a line. */
export interface LocalAnswer {
  /** Lines for the user. */
  answer: string[];
  /** Whether the line was refused. */
  refused?: boolean;
  /** Whether the line goes to the server as well. */
  send: boolean;
  /** What goes there in its place. */
  line?: string;
}

/** What a client's own commands work with. */
export interface LocalContext {
  /** Whom the user does not want to hear. */
  ignored: Ignored;
  /** Whether the server is parley. */
  rich: boolean;
  /** Who wrote to the user in private last. */
  correspondent?: string;
  /** What `/help` says about the keys. */
  keys?: readonly string[];
  /** Clears the screen, if there is one. */
  clear?(): void;
}

/**
 * Carries out a line that is for the client and returns its answer, or `undefined` for a line that is for the server
 * alone.
 */
export function takeLocally(line: string, context: LocalContext): LocalAnswer | undefined {
  const given = parseCommand(line.trim());
  const command = findCommand(given?.name ?? "");
  if (given === undefined || command === undefined) return;
  const { ignored, rich, keys = [] } = context;
  switch (command.name) {
    case "ignore":
      return { answer: [ignored.toggle(given.text)], send: false };
    case "clear":
      context.clear?.();
      return { answer: [], send: false };
    case "r":
      return rich ? reply(given.text, context.correspondent) : undefined;
    case "help":
      return { answer: [...help(), ...keys], send: !rich };
  }
  if (!rich || command.audience !== "protocol") return;
  const { name } = command;
  return refuse(`/${name} is for programs that talk to the server without this client; //${name} says it`);
}

function reply(text: string, to: string | undefined): LocalAnswer {
  if (to === undefined) return refuse("nobody has written to you in private yet: /msg NAME TEXT");
  if (text === "") return refuse(`what do you answer ${to}? /r TEXT`);
  return { answer: [], send: true, line: `/msg ${to} ${text}` };
}

function refuse(why: string): LocalAnswer {
  return { answer: [why], refused: true, send: false };
}

/** Whether a line leaves the room, which needs no connection. */
export function isQuit(line: string): boolean {
  return findCommand(parseCommand(line)?.name ?? "")?.name === "quit";
}

function help(): string[] {
  const rows = CLIENT_COMMANDS.map(({ name, usage, summary, brief }) =>
    [callOf({ name, usage: brief?.usage ?? usage }), brief?.summary ?? summary] as const
  );
  return helpLines([...rows, ["//TEXT", 'say "/TEXT"']]);
}

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

/** The commands for the user of the client. All but `/ignore` and `/help` are carried out by the server. */
export const CLIENT_COMMANDS: readonly CommandInfo[] = commandsFor(AUDIENCES.client);

/** The client's own answer to a line. */
export interface LocalAnswer {
  /** Lines for the user. */
  answer: string[];
  /** Whether the line was refused. */
  refused?: boolean;
  /** Whether the line goes to the server as well. */
  send: boolean;
}

/**
 * Carries out a line that is for the client and returns its answer, or `undefined` for a line that is for the server
 * alone. `rich`: whether the server is parley; `keys`: what `/help` says about the keys.
 */
export function takeLocally(
  line: string,
  { ignored, rich, keys = [] }: { ignored: Ignored; rich: boolean; keys?: readonly string[] },
): LocalAnswer | undefined {
  const given = parseCommand(line.trim());
  const command = findCommand(given?.name ?? "");
  if (given === undefined || command === undefined) return;
  if (command.name === "ignore") return { answer: [ignored.toggle(given.text)], send: false };
  if (command.name === "help") return { answer: [...help(), ...keys], send: !rich };
  if (!rich || command.audience !== "protocol") return;
  const { name } = command;
  return {
    answer: [`/${name} is for programs that talk to the server without this client; //${name} says it`],
    refused: true,
    send: false,
  };
}

/** Whether a line leaves the room, which needs no connection. */
export function isQuit(line: string): boolean {
  return findCommand(parseCommand(line)?.name ?? "")?.name === "quit";
}

function help(): string[] {
  const rows = CLIENT_COMMANDS.map(({ name, usage, summary, brief }) =>
    [callOf({ name, usage: brief === undefined ? usage : brief.usage }), brief?.summary ?? summary] as const
  );
  return helpLines([...rows, ["//TEXT", 'say "/TEXT"']]);
}

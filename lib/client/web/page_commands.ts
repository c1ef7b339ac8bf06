/// <reference lib="dom" />
import { findCommand, parseCommand } from "../../wire/commands.ts";
import { CLIENT_COMMANDS, type LocalAnswer, type LocalContext, takeLocally } from "../core/local_commands.ts";
import { byId } from "./dom.ts";
import type { Drawers } from "./drawers.ts";
import type { Search } from "./search.ts";

/** What `/help` says about the keys. */
const KEY_HELP = [
  "Tab completes, Up repeats, Shift+Enter begins another line",
  "Alt+Up and Alt+Down change the room, F6 the part of the page, / in the log searches",
];

/** The commands, as completion offers them. */
export const COMMAND_NAMES = {
  commands: CLIENT_COMMANDS.map(({ name }) => name),
  aliases: CLIENT_COMMANDS.flatMap(({ aliases = [] }) => aliases),
};

/** What the page's own commands work with. */
export interface PageCommandsContext extends LocalContext {
  /** Where the answers of `/search` and `/history` are shown. */
  readonly search: Search;
  /** Where those of `/who` and `/rooms` are. */
  readonly drawers: Drawers;
  /** Notes that a name is asked for. */
  asked(name: string): void;
}

/** Carries out what the page does by itself, or any client; `undefined` for a line that is for the server alone. */
export function takeInPage(line: string, context: PageCommandsContext): LocalAnswer | undefined {
  const { search, drawers, asked } = context;
  const given = parseCommand(line.trim());
  const { name } = findCommand(given?.name ?? "") ?? {};
  const done = { answer: [], send: false };
  switch (name) {
    case "search":
      search.open(given!.text);
      return done;
    case "history":
      search.history(given!.text);
      return done;
    case "who":
    case "rooms":
      drawers.open(byId(name === "who" ? "people" : "rooms"));
      return done;
    case "name":
      asked(given!.text);
  }
  return takeLocally(line, { ...context, keys: KEY_HELP });
}

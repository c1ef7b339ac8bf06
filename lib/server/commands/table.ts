import { closestString } from "@std/text/closest-string";
import { levenshteinDistance } from "@std/text/levenshtein-distance";
import { MAX_HISTORY } from "../../log/log.ts";
import { MAX_NAME } from "../../names.ts";
import { Refusal } from "../../refusal.ts";
import { FORMATS } from "../../wire/format.ts";
import { type Command, EXPENSIVE } from "./command.ts";
import { parseHistory } from "./history.ts";

/** Names in one line of the roster. */
const NAMES_PER_LINE = 100;

/** All commands, in the order in which `/help` lists them. */
export const COMMANDS: readonly Command[] = [
  {
    name: "name",
    usage: "NAME",
    summary: "take another name",
    cost: EXPENSIVE,
    run: ({ room, member }, text) => room.rename(member, text),
  },
  {
    name: "me",
    usage: "TEXT",
    summary: "say what you do: /me waves",
    run({ room, member }, text) {
      if (text === "") throw new Refusal("what do you do? /me waves");
      room.broadcast(member, text, { action: true });
    },
  },
  {
    name: "msg",
    usage: "NAME TEXT",
    summary: "say something to one person only",
    run({ room, member }, text) {
      const [name, words] = split(text);
      if (words === "") throw new Refusal("to whom, and what? /msg NAME TEXT");
      room.whisper(member, name, words);
    },
  },
  {
    name: "who",
    summary: "who is here",
    cost: EXPENSIVE,
    run({ room, reply }) {
      const names = room.roster;
      reply(`${names.length} here: ${names.slice(0, NAMES_PER_LINE).join(", ")}`);
      for (let start = NAMES_PER_LINE; start < names.length; start += NAMES_PER_LINE) {
        reply(`and: ${names.slice(start, start + NAMES_PER_LINE).join(", ")}`);
      }
    },
  },
  {
    name: "history",
    usage: "[N | since HH:MM]",
    summary: `what was said before (${MAX_HISTORY} messages at most)`,
    cost: EXPENSIVE,
    async run({ room, member, reply }, text) {
      const shown = await room.history(member, parseHistory(text, new Date()));
      if (shown === 0) reply(text === "" ? "nothing was said yet" : "nothing was said in that time");
    },
  },
  {
    name: "help",
    summary: "this list",
    run: ({ reply }) => helpLines().forEach((line) => reply(line)),
  },
  {
    name: "quit",
    usage: "[TEXT]",
    summary: "leave; TEXT tells the others why",
    run: ({ quit }, text) => quit(text === "" ? undefined : text),
  },
  {
    name: "json",
    summary: "from now on one JSON object a line, for programs",
    run({ use, reply }) {
      use(FORMATS.json);
      reply("lines are JSON objects from here on; /text switches back");
    },
  },
  {
    name: "text",
    summary: "from now on plain lines again",
    run({ use, reply }) {
      use(FORMATS.text);
      reply("lines are plain text from here on");
    },
  },
  {
    name: "hello",
    usage: "{…}",
    summary: "sets up name and format; only as the first line",
    run() {
      throw new Refusal("/hello can only be the first line");
    },
  },
  {
    name: "ping",
    usage: "[TEXT]",
    summary: "answered with pong",
    run: ({ reply }, text) => reply(text, "pong"),
  },
];

const BY_NAME = new Map(COMMANDS.map((command) => [command.name, command]));

/** Finds a command by its name, in whatever case. */
export function findCommand(name: string): Command | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** Says that there is no such command, and which one may have been meant. */
export function unknownCommand(name: string): string {
  const closest = closestString(name.toLowerCase(), [...BY_NAME.keys()]);
  const near = levenshteinDistance(name.toLowerCase(), closest) <= Math.max(1, name.length / 2);
  const hint = near ? `did you mean /${closest}? ` : "";
  return `there is no command "/${
    name.slice(0, MAX_NAME)
  }"; ${hint}/help lists them, and // says a line with /`;
}

/** What stands before the first space, and what follows without the spaces around it. */
export function split(text: string): [word: string, rest: string] {
  const space = text.search(/\s/);
  return space === -1 ? [text, ""] : [text.slice(0, space), text.slice(space).trim()];
}

function helpLines(): string[] {
  const calls = COMMANDS.map(({ name, usage }) => usage === undefined ? `/${name}` : `/${name} ${usage}`);
  const width = Math.max(...calls.map((call) => call.length));
  return [
    ...COMMANDS.map(({ summary }, i) => `${calls[i].padEnd(width)}  ${summary}`),
    `${"//TEXT".padEnd(width)}  say something that begins with a slash`,
  ];
}

import { Refusal } from "../../wire/refusal.ts";
import { FORMATS } from "../../wire/formats/format.ts";
import { EXPENSIVE, type MemberContext } from "./command.ts";
import { rosterLines } from "./roster.ts";
import { help, history, me, msg, search } from "./shared.ts";
import { CommandTable } from "./table.ts";

/** What a member can do, in the order in which `/help` lists it. */
export const COMMANDS: CommandTable<MemberContext> = new CommandTable<MemberContext>([
  {
    name: "name",
    usage: "NAME",
    summary: "take another name",
    cost: EXPENSIVE,
    run: ({ room, member }, text) => room.rename(member, text),
  },
  me,
  msg,
  {
    name: "who",
    summary: "who is here",
    cost: EXPENSIVE,
    run: ({ room, reply }) => rosterLines(room.roster).forEach(({ text, names }) => reply(text, { names })),
  },
  history,
  search,
  help,
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
    name: "once",
    usage: "N LINE",
    summary: "for programs: say LINE, which may be /me or /msg, unless line N was said before",
    run() {
      throw new Refusal("that is not how /once is used: /once N LINE, where N is a number");
    },
  },
  {
    name: "ping",
    usage: "[TEXT]",
    summary: "answered with pong",
    run: ({ reply }, text) => reply(text, { kind: "pong" }),
  },
]);

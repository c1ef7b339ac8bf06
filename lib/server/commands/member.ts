import { isBlank } from "../../wire/clean.ts";
import { AUDIENCES } from "../../wire/commands.ts";
import { FORMATS } from "../../wire/formats/formats.ts";
import { Refusal } from "../../wire/refusal.ts";
import type { MemberContext } from "./command.ts";
import { rosterLines } from "./roster.ts";
import { SHARED } from "./shared.ts";
import { CommandTable } from "./table.ts";

/** The commands of a member. */
export const MEMBER_COMMANDS: CommandTable<MemberContext> = CommandTable.for(AUDIENCES.member, {
  ...SHARED,

  name: ({ room, member }, text) => room.rename(member, text),

  who: ({ room, reply }) => rosterLines(room.roster).forEach(({ text, names }) => reply(text, { names })),

  quit: ({ quit }, text) => quit(isBlank(text) ? undefined : text),

  json({ use, reply }) {
    use(FORMATS.json);
    reply("lines are JSON objects from here on; /text switches back");
  },

  text({ use, reply }) {
    use(FORMATS.text);
    reply("lines are plain text from here on");
  },

  hello() {
    throw new Refusal("/hello can only be the first line");
  },

  once() {
    throw new Refusal("that is not how /once is used: /once N LINE, where N is a number");
  },

  ping: ({ reply }, text) => reply(text, { kind: "pong" }),
});

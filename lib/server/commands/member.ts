import { isBlank } from "../../wire/clean.ts";
import { AUDIENCES, type CommandName } from "../../wire/commands.ts";
import { FORMATS } from "../../wire/formats/formats.ts";
import { parseRoomName } from "../../wire/names.ts";
import { Refusal } from "../../wire/refusal.ts";
import { lacks, type MemberContext, type Run } from "./command.ts";
import { rosterLines } from "./roster.ts";
import { SHARED } from "./shared.ts";
import { CommandTable } from "./table.ts";

const NO_IDENTITY =
  "a name is shared by devices that keep an identity, and your client keeps none here: parley's own client and the page do";

/** What carries out the commands of a member. */
export const MEMBER_RUNS: {
  readonly [name in CommandName<typeof AUDIENCES.member[number]>]: Run<MemberContext>;
} = {
  ...SHARED,

  name: ({ rooms, member }, text) => rooms.roster.rename(member.person, text),

  async join({ room, move, reply }, text) {
    if (parseRoomName(text) === room.name) return reply(`you are in ${room.name} already`);
    await move(text);
  },

  link({ rooms, member, reply }, text) {
    const { person, identity } = member;
    if (identity === undefined || person.owner === undefined) throw new Refusal(NO_IDENTITY);
    if (text !== "") {
      const name = rooms.roster.link(member, text);
      return reply(`this device is one of ${name}'s now; /name ${name} takes the name`);
    }
    const code = rooms.roster.ownership.link(person.owner);
    reply(`/link ${code} on your other device makes it yours, too: once, within ten minutes`);
  },

  async operator({ becomeOperator, reply }, text) {
    if (isBlank(text)) throw lacks("operator", "what is the password?");
    await becomeOperator(text);
    reply("you are an operator now; /help lists what you can do");
  },

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
};

/** The commands of a member. */
export const MEMBER_COMMANDS: CommandTable<MemberContext> = CommandTable.for(AUDIENCES.member, MEMBER_RUNS);

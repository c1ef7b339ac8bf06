import { isBlank } from "../../wire/clean.ts";
import { type CommandName, splitWord } from "../../wire/commands.ts";
import { Refusal } from "../../wire/refusal.ts";
import { describeRooms } from "../../wire/rooms.ts";
import { FIXED } from "../limits.ts";
import { type CommandContext, lacks, type Run } from "./command.ts";
import { parseHistory } from "./history.ts";

/** The most rooms in one line of the list. */
const ROOMS_PER_LINE = 50;

/** The commands that members and the operator share, except `/who`. */
export const SHARED: { readonly [name in Exclude<CommandName<"all">, "who">]: Run<CommandContext> } = {
  me({ room, member, line }, text) {
    if (isBlank(text)) throw new Refusal("what do you do? /me waves");
    room.broadcast(member, text, { action: true, line });
  },

  msg({ room, member, line }, text) {
    const [name, words] = splitWord(text);
    if (isBlank(words)) throw lacks("msg", "to whom, and what?");
    room.sendPrivate(member, name, words, { line });
  },

  async history({ room, member, reply }, text) {
    const which = parseHistory(text, new Date());
    const shown = await room.history.history(member, which);
    if (shown > 0) return;
    if (which.before !== undefined) reply("nothing was said before that");
    else reply(text === "" ? "nothing was said yet" : "nothing was said in that time");
  },

  async rooms({ rooms, reply }) {
    const all = await rooms.list();
    for (let start = 0; start < all.length; start += ROOMS_PER_LINE) {
      const some = all.slice(start, start + ROOMS_PER_LINE);
      const label = start > 0 ? "and" : all.length === 1 ? "1 room" : `${all.length} rooms`;
      reply(`${label}: ${describeRooms(some)}`, { rooms: some });
    }
  },

  async search({ room, member, reply }, text) {
    if (isBlank(text)) throw lacks("search", "for what?");
    const words = [...new Set(text.toLowerCase().split(/\s+/))];
    if (words.length > FIXED.maxSearchWords) {
      throw new Refusal(`search for ${FIXED.maxSearchWords} words at most`);
    }
    const shown = await room.history.search(member, words);
    if (shown === 0) reply("nothing was said with these words");
  },

  help: ({ commands, reply }) => commands.help.forEach((line) => reply(line)),
};

import { isBlank } from "../../wire/clean.ts";
import { type CommandName, splitWord } from "../../wire/commands.ts";
import { Refusal } from "../../wire/refusal.ts";
import { FIXED } from "../limits.ts";
import { type CommandContext, lacks, type Run } from "./command.ts";
import { parseHistory } from "./history.ts";

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
    const shown = await room.history.history(member, parseHistory(text, new Date()));
    if (shown === 0) reply(text === "" ? "nothing was said yet" : "nothing was said in that time");
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

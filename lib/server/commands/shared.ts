import { MAX_HISTORY } from "../../log/log.ts";
import { Refusal } from "../../wire/refusal.ts";
import { type Command, EXPENSIVE } from "./command.ts";
import { parseHistory } from "./history.ts";
import { split } from "./table.ts";

/** `/me`, for everyone. */
export const me: Command = {
  name: "me",
  usage: "TEXT",
  summary: "say what you do: /me waves",
  once: true,
  run({ room, member, line }, text) {
    if (text === "") throw new Refusal("what do you do? /me waves");
    room.broadcast(member, text, { action: true, line });
  },
};

/** `/msg`, for everyone. */
export const msg: Command = {
  name: "msg",
  usage: "NAME TEXT",
  summary: "say something to one person only",
  once: true,
  run({ room, member, line }, text) {
    const [name, words] = split(text);
    if (words === "") throw new Refusal("to whom, and what? /msg NAME TEXT");
    room.sendPrivate(member, name, words, { line });
  },
};

/** `/history`, for everyone. */
export const history: Command = {
  name: "history",
  usage: "[N | since HH:MM]",
  summary: `what was said before (${MAX_HISTORY} messages at most)`,
  cost: EXPENSIVE,
  async run({ room, member, reply }, text) {
    const shown = await room.history.history(member, parseHistory(text, new Date()));
    if (shown === 0) reply(text === "" ? "nothing was said yet" : "nothing was said in that time");
  },
};

/** For how many words one can search at once. */
const MAX_WORDS = 8;

/** `/search`, for everyone. */
export const search: Command = {
  name: "search",
  usage: "WORDS",
  summary: "what was said with these words, newest first, where the room is kept in a file",
  cost: EXPENSIVE,
  async run({ room, member, reply }, text) {
    if (text === "") throw new Refusal("for what? /search WORDS");
    const words = [...new Set(text.toLowerCase().split(/\s+/))];
    if (words.length > MAX_WORDS) throw new Refusal(`search for ${MAX_WORDS} words at most`);
    const shown = await room.history.search(member, words);
    if (shown === 0) reply("nothing was said with these words");
  },
};

/** `/help`, for everyone. */
export const help: Command = {
  name: "help",
  summary: "this list",
  run: ({ commands, reply }) => commands.help.forEach((line) => reply(line)),
};

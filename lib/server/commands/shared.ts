import { MAX_HISTORY } from "../../log/log.ts";
import { Refusal } from "../../refusal.ts";
import { type Command, EXPENSIVE } from "./command.ts";
import { parseHistory } from "./history.ts";
import { split } from "./table.ts";

/** `/me`, for everyone. */
export const me: Command = {
  name: "me",
  usage: "TEXT",
  summary: "say what you do: /me waves",
  run({ room, member }, text) {
    if (text === "") throw new Refusal("what do you do? /me waves");
    room.broadcast(member, text, { action: true });
  },
};

/** `/msg`, for everyone. */
export const msg: Command = {
  name: "msg",
  usage: "NAME TEXT",
  summary: "say something to one person only",
  run({ room, member }, text) {
    const [name, words] = split(text);
    if (words === "") throw new Refusal("to whom, and what? /msg NAME TEXT");
    room.whisper(member, name, words);
  },
};

/** `/history`, for everyone. */
export const history: Command = {
  name: "history",
  usage: "[N | since HH:MM]",
  summary: `what was said before (${MAX_HISTORY} messages at most)`,
  cost: EXPENSIVE,
  async run({ room, member, reply }, text) {
    const shown = await room.history(member, parseHistory(text, new Date()));
    if (shown === 0) reply(text === "" ? "nothing was said yet" : "nothing was said in that time");
  },
};

/** `/help`, for everyone. */
export const help: Command = {
  name: "help",
  summary: "this list",
  run: ({ commands, reply }) => commands.help.forEach((line) => reply(line)),
};

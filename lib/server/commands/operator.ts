import { showAddress } from "../../net/addresses.ts";
import type { Member, Room } from "../../room.ts";
import { isBlank } from "../../wire/clean.ts";
import { AUDIENCES, splitWord } from "../../wire/commands.ts";
import { Refusal } from "../../wire/refusal.ts";
import type { Sessions } from "../sessions.ts";
import type { Stats } from "../stats.ts";
import { type CommandContext, lacks } from "./command.ts";
import { rosterLines } from "./roster.ts";
import { SHARED } from "./shared.ts";
import { CommandTable } from "./table.ts";

/** What a command can also use, for the operator at the server's terminal. */
export interface OperatorContext extends CommandContext {
  /** All sessions. */
  readonly sessions: Sessions;
  /** How often limits were exceeded. */
  readonly stats: Stats;
}

/** The commands of the operator, who is always `server`, reads text, and never leaves. */
export const OPERATOR_COMMANDS: CommandTable<OperatorContext> = CommandTable.for(AUDIENCES.operator, {
  ...SHARED,

  who({ room, sessions, reply }) {
    const names = room.members.map((member) => {
      const address = sessions.addressOf(member);
      return address === undefined || address === member.name ? member.name : `${member.name} (${address})`;
    });
    rosterLines(names).forEach(({ text }) => reply(text));
  },

  kick({ room, sessions }, text) {
    const [name, why] = splitWord(text);
    if (name === "") throw lacks("kick", "whom?");
    sessions.kick(room.find(name), isBlank(why) ? undefined : why);
  },

  async ban({ room, sessions, reply }, text) {
    if (text === "") {
      throw new Refusal(`${lacks("ban", "which address?").message}, or the name of someone who is here`);
    }
    const address = await addressOf(text, room, sessions);
    const ended = sessions.ban(address);
    reply(`${address} is banned; ${ended} ${ended === 1 ? "connection" : "connections"} ended`);
  },

  unban({ sessions, reply }, text) {
    if (text === "") return reply(`banned: ${sessions.bans.join(", ") || "no one"}`);
    if (!sessions.unban(text)) throw new Refusal(`"${text}" is not banned; /unban lists who is`);
    reply(`${text} may connect again`);
  },

  quit({ reply }) {
    reply("Ctrl-C ends the server, for everyone; /kick NAME ends one connection");
  },

  stats({ room, sessions, stats, reply }) {
    const { rss } = Deno.memoryUsage();
    reply(`members: ${room.members.length}, connections: ${sessions.size}, lagging: ${room.lagging}`);
    reply(`entries: ${room.lastSeq}, memory: ${Math.round(rss / 1024 / 1024)} MiB`);
    reply(`limits met: ${stats.summary}`);
  },
});

/** The address that `text` means: itself, or that of the member of this name. */
async function addressOf(text: string, room: Room, sessions: Sessions): Promise<string> {
  // Imported only when needed: it takes a third of the server's start-up time.
  const { isIP } = await import("node:net");
  if (isIP(text) !== 0) return showAddress(text);
  const member: Member = room.find(text);
  const address = sessions.addressOf(member);
  if (address !== undefined) return address;
  throw new Refusal(
    room.isLost(member)
      ? `${member.name} has lost the connection: name the address`
      : `${member.name} sits at this terminal`,
  );
}

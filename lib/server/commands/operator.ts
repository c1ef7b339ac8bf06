import { Refusal } from "../../wire/refusal.ts";
import type { Member, Room } from "../../room.ts";
import { showAddress } from "../../net/addresses.ts";
import type { Sessions } from "../sessions.ts";
import type { OperatorContext } from "./command.ts";
import { rosterLines } from "./roster.ts";
import { help, history, me, msg, search } from "./shared.ts";
import { CommandTable, split } from "./table.ts";

/** What the operator can do: always as `server`, in text, and without leaving. */
export const OPERATOR_COMMANDS: CommandTable<OperatorContext> = new CommandTable<OperatorContext>([
  me,
  msg,
  {
    name: "who",
    summary: "who is here, and from which addresses",
    run({ room, sessions, reply }) {
      const names = room.members.map((member) => {
        const address = sessions.addressOf(member);
        return address === undefined || address === member.name ? member.name : `${member.name} (${address})`;
      });
      rosterLines(names).forEach(({ text }) => reply(text));
    },
  },
  {
    name: "kick",
    usage: "NAME [WHY]",
    summary: "end someone's connection; WHY is told to everyone",
    run({ room, sessions }, text) {
      const [name, why] = split(text);
      if (name === "") throw new Refusal("whom? /kick NAME [WHY]");
      sessions.kick(room.find(name), why === "" ? undefined : why);
    },
  },
  {
    name: "ban",
    usage: "ADDRESS",
    summary: "end all connections from an address and refuse new ones, until the server ends",
    async run({ room, sessions, reply }, text) {
      if (text === "") throw new Refusal("which address? /ban ADDRESS, or the name of someone who is here");
      const address = await addressOf(text, room, sessions);
      const ended = sessions.ban(address);
      reply(`${address} is banned; ${ended} ${ended === 1 ? "connection" : "connections"} ended`);
    },
  },
  {
    name: "unban",
    usage: "[ADDRESS]",
    summary: "let an address in again; alone, list those that are banned",
    run({ sessions, reply }, text) {
      if (text === "") return reply(`banned: ${sessions.bans.join(", ") || "no one"}`);
      if (!sessions.unban(text)) {
        throw new Refusal(`"${text}" is not banned; /unban lists who is`);
      }
      reply(`${text} may connect again`);
    },
  },
  {
    name: "stats",
    summary: "how the server is doing",
    run({ room, sessions, stats, reply }) {
      const { rss } = Deno.memoryUsage();
      reply(`members: ${room.members.length}, connections: ${sessions.size}, lagging: ${room.lagging}`);
      reply(`entries: ${room.entries}, memory: ${Math.round(rss / 1024 / 1024)} MiB`);
      reply(`limits met: ${stats.summary}`);
    },
  },
  history,
  search,
  help,
]);

/** The address that is meant: itself, or that of the member of this name. */
async function addressOf(text: string, room: Room, sessions: Sessions): Promise<string> {
  // Not with the others: it takes a third of the time that the server needs to start.
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

import { showAddress } from "../../net/addresses.ts";
import type { Person } from "../../room.ts";
import type { Rooms } from "../../rooms.ts";
import { isBlank } from "../../wire/clean.ts";
import { AUDIENCES, type CommandName, splitWord } from "../../wire/commands.ts";
import { LOBBY } from "../../wire/names.ts";
import { Refusal } from "../../wire/refusal.ts";
import type { Sessions } from "../sessions.ts";
import type { Stats } from "../stats.ts";
import { type CommandContext, lacks, type Run } from "./command.ts";
import { rosterLines } from "./roster.ts";
import { SHARED } from "./shared.ts";
import { CommandTable } from "./table.ts";

/** What a command can also use, for the operator. */
export interface OperatorContext extends CommandContext {
  /** All sessions. */
  readonly sessions: Sessions;
  /** How often limits were exceeded. */
  readonly stats: Stats;
  /** The address of the page, and how to show rows that have colours; only at the server's terminal. */
  readonly page?: { readonly address: string; show(rows: readonly string[]): void };
}

/** What carries out the commands that only an operator has, and `/who`, which tells them more. */
export const OPERATOR_RUNS: { readonly [name in CommandName<"operator"> | "who"]: Run<OperatorContext> } = {
  who({ rooms, sessions, reply }) {
    rosterLines([...rooms.roster.people].map((person) => describe(person, sessions))).forEach(({ text }) =>
      reply(text)
    );
  },

  say({ rooms, member }, text) {
    const [room, words] = splitWord(text);
    if (isBlank(words)) throw lacks("say", "where, and what?");
    rooms.say(member, room, words);
  },

  async close({ sessions, reply }, text) {
    if (text === "") throw lacks("close", "which room?");
    const ended = await sessions.closeRoom(text);
    reply(`the room is closed; ${ended} ${ended === 1 ? "connection" : "connections"} ended`);
  },

  kick({ rooms, sessions }, text) {
    const [name, why] = splitWord(text);
    if (name === "") throw lacks("kick", "whom?");
    sessions.kick(rooms.roster.find(name), isBlank(why) ? undefined : why);
  },

  async ban({ rooms, sessions, reply }, text) {
    if (text === "") {
      throw new Refusal(`${lacks("ban", "which address?").message}, or the name of someone who is here`);
    }
    const addresses = await addressesOf(text, rooms, sessions);
    const ended = addresses.reduce((sum, address) => sum + sessions.ban(address), 0);
    const are = addresses.length === 1 ? "is" : "are";
    reply(
      `${addresses.join(", ")} ${are} banned; ${ended} ${ended === 1 ? "connection" : "connections"} ended`,
    );
  },

  unban({ sessions, reply }, text) {
    if (text === "") return reply(`banned: ${sessions.bans.join(", ") || "no one"}`);
    if (!sessions.unban(text)) throw new Refusal(`"${text}" is not banned; /unban lists who is`);
    reply(`${text} may connect again`);
  },

  free({ rooms, reply }, text) {
    if (text === "") throw lacks("free", "which name?");
    rooms.roster.ownership.release(text);
    reply(`${text} belongs to no one now`);
  },

  stats({ rooms, sessions, stats, reply }) {
    const { rss } = Deno.memoryUsage();
    const { all } = rooms;
    const sum = (count: (room: typeof all[number]) => number) =>
      all.reduce((sum, room) => sum + count(room), 0);
    const where = all.length === 1 ? "" : `, open rooms: ${all.length}`;
    reply(
      `members: ${rooms.roster.people.size}, connections: ${sessions.size}, lagging: ${
        sum((room) => room.lagging)
      }${where}`,
    );
    reply(`entries: ${sum((room) => room.lastSeq)}, memory: ${Math.round(rss / 1024 / 1024)} MiB`);
    reply(`limits met: ${stats.summary}`);
  },
};

/** The commands of the operator at the server's terminal, who is always `server`, reads text, and never leaves. */
export const OPERATOR_COMMANDS: CommandTable<OperatorContext> = CommandTable.for(AUDIENCES.operator, {
  ...SHARED,
  ...OPERATOR_RUNS,

  async qr({ page, reply }) {
    if (page === undefined) throw new Refusal("there is no address to show");
    const { drawQr } = await import("../qr.ts");
    page.show(drawQr(page.address).rows);
    reply(`in a browser: ${page.address}`);
  },

  quit({ reply }) {
    reply("Ctrl-C ends the server, for everyone; /kick NAME ends one connection");
  },
});

/** Someone with the addresses that they are connected from, and the rooms that they are in. */
function describe(person: Person, sessions: Sessions): string {
  const { name, members } = person;
  const addresses = sessions.addressesOf(person).filter((address) => address !== name);
  const rooms = [...members].map(({ room }) => room.name).filter((room) => room !== LOBBY);
  const more = [...new Set([...addresses, ...rooms.map((room) => `in ${room}`)])];
  return more.length === 0 ? name : `${name} (${more.join(", ")})`;
}

/** The addresses that `text` means: itself, or those of the person of this name. */
async function addressesOf(text: string, { roster }: Rooms, sessions: Sessions): Promise<string[]> {
  // Imported only when needed: it takes a third of the server's start-up time.
  const { isIP } = await import("node:net");
  if (isIP(text) !== 0) return [showAddress(text)];
  const person = roster.find(text);
  const addresses = sessions.addressesOf(person);
  if (addresses.length > 0) return addresses;
  throw new Refusal(
    [...person.members].some((member) => roster.isLost(member))
      ? `${person.name} has lost the connection: name the address`
      : `${person.name} sits at this terminal`,
  );
}

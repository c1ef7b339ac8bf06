import type { Direct, Entry, Message } from "../entries.ts";
import type { Format } from "./format.ts";
import { LOBBY } from "../names.ts";
import { describeRooms } from "../rooms.ts";
import { localClock, localDate, localTime } from "../time.ts";

/** If there are more names than this in one line, it shows a count. */
const MAX_NAMES_SHOWN = 5;

/** The default output format: one readable line per entry. */
export const text: Format = {
  name: "text",

  entry(entry: Entry): string {
    switch (entry.kind) {
      case "said":
        return `<${entry.name}> ${entry.text}\n`;
      case "action":
        return `* ${entry.name} ${entry.text}\n`;
      case "joined":
      case "left":
        return presence(entry.kind, entry.names, entry.reason);
      case "renamed":
        return `-- ${entry.name} is now ${entry.to}\n`;
    }
  },

  own(entry: Entry, key: string): string {
    switch (entry.kind) {
      case "said":
      case "action":
        return "";
      case "joined":
      case "left":
        return presence(entry.kind, entry.names, entry.reason, entry.memberKeys.indexOf(key));
      case "renamed":
        return text.entry(entry);
    }
  },

  history(entry: Message, { now }: { own: boolean; now: number }): string {
    return `${localTime(entry.time, now)} ${text.entry(entry)}`;
  },

  exported(entry: Entry): string {
    return `${localDate(entry.time)} ${localClock(entry.time)} ${text.entry(entry)}`;
  },

  exportedRoom(room: string): string {
    return `-- room ${room}\n`;
  },

  direct(line: Direct): string {
    switch (line.kind) {
      case "welcome":
        return `-- you are ${line.name}${inRoom(line.room)}\n`;
      case "private":
        return line.to === undefined ? `[${line.name}] ${line.text}\n` : `[to ${line.to}] ${line.text}\n`;
      case "notice":
        return `-- ${line.text}\n`;
      case "rooms":
        return `-- ${describeRooms(line.rooms)}\n`;
      case "mention":
        return `-- ${line.name} mentioned you in ${line.room}\n`;
      case "pong":
        return line.text === "" ? "-- pong\n" : `-- pong ${line.text}\n`;
      case "error":
        return `error: ${line.text}\n`;
      case "closed":
        return line.fault ? `error: ${line.text}\n` : `-- ${line.text}\n`;
    }
  },
};

/** In a server that has other rooms, the lobby is where everyone is who knows nothing of rooms. */
function inRoom(room: string = LOBBY): string {
  return room === LOBBY ? "" : ` in ${room}`;
}

/** `own`: the index of the member who is not told about itself; -1 if there is none. */
function presence(verb: "joined" | "left", names: string[], reason?: string, own = -1): string {
  const count = own === -1 ? names.length : names.length - 1;
  if (count === 0) return "";
  const who = count > MAX_NAMES_SHOWN ? count : names.filter((_, i) => i !== own).join(", ");
  return `-- ${who} ${verb}${reason === undefined ? "" : `: ${reason}`}\n`;
}

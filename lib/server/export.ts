import type { Log } from "../log/log.ts";
import type { KeptRoom, Logs } from "../log/logs.ts";
import { type Output, OutputError, writeAll } from "../cli/output.ts";
import type { Format } from "../wire/formats/format.ts";
import { ExplainedError } from "../wire/refusal.ts";

/** About how many bytes of a log are read at a time. */
const EXPORT_PAGE_BYTES = 256 * 1024;

/** What to export, and how. */
export interface ExportOptions {
  /** The format of the entries. */
  format: Format;
  /** The only room to export; all without it. */
  room?: string;
}

/** Says that there is no room of a name, and which there are. */
class RoomError extends ExplainedError {}

/**
 * Writes all entries of rooms in a format, each with its time: as JSON, the way every member gets them, with the room; as
 * text, with the local date in front, and with the room before its entries if several are written. Ends early, and
 * quietly, if nobody reads the output any more.
 *
 * @throws {OutputError} if the output cannot be written for another reason
 * @throws {ExplainedError} if there is no such room
 */
export async function exportRooms(
  logs: Logs,
  output: Output,
  { format, room }: ExportOptions,
): Promise<void> {
  const kept = await logs.list(Infinity);
  const rooms = room === undefined ? kept : kept.filter(({ name }) => name === room);
  if (room !== undefined && rooms.length === 0) throw new RoomError(explain(room, kept));
  try {
    for (const { name } of rooms) {
      await using log = await logs.open(name);
      if (rooms.length > 1 && log.last > 0) await writeAll(output, format.exportedRoom(name));
      await exportLog(log, output, (entry) => format.exported(entry, name));
    }
  } catch (error) {
    if (!(error instanceof OutputError && error.closed)) throw error;
  }
}

async function exportLog(
  log: Log,
  output: Output,
  format: (entry: Parameters<Format["exported"]>[0]) => string,
): Promise<void> {
  for (
    let after = 0, page;
    (page = await log.read(after, EXPORT_PAGE_BYTES)).length > 0;
    after = page[page.length - 1].seq
  ) {
    await writeAll(output, page.map(format).join(""));
  }
}

function explain(room: string, kept: readonly KeptRoom[]): string {
  const names = kept.map(({ name }) => name).join(", ");
  return `there is no room called "${room}"; ${names === "" ? "there is none" : `there are: ${names}`}`;
}

import type { Log } from "../../lib/log/log.ts";
import { SqliteLog } from "../../lib/log/sqlite/log.ts";
import { Folder } from "./folder.ts";

/** A log in a file of its own, which goes with it. */
export async function openTemporary(): Promise<Log> {
  const folder = await Folder.make();
  const log = await SqliteLog.open(folder.file("room.db"));
  const close = log[Symbol.asyncDispose].bind(log);
  log[Symbol.asyncDispose] = async () => {
    await close();
    await folder[Symbol.asyncDispose]();
  };
  return log;
}

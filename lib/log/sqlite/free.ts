import { openRoomFile } from "./file.ts";
import { SqliteOwners } from "./owners.ts";

/**
 * Frees a name in a file that no server uses. Resolves to whether someone owned it.
 *
 * @throws {RoomFileError} if there is no such file, or it cannot be used
 */
export async function freeName(path: string, name: string): Promise<boolean> {
  await using file = await openRoomFile(path, { mustExist: true });
  return new SqliteOwners(file.db).free(name);
}

import { FileError, publicWarning, readText } from "./files.ts";

/** A password from a file. */
export interface Password {
  /** The password. */
  password: string;
  /** Something to be told about the file, in a sentence. */
  warning?: string;
}

/**
 * Reads a password: the first line of a file, without the white space at its end.
 *
 * @throws {FileError} where that cannot be read or is empty
 */
export async function readPassword(path: string): Promise<Password> {
  const password = (await readText(path)).split("\n", 1)[0].trimEnd();
  if (password === "") throw new FileError(`${path} holds no password: its first line is empty`);
  return { password, warning: await publicWarning(path) };
}

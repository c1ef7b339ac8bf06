import { concat } from "@std/bytes/concat";
import { ExplainedError } from "../../wire/refusal.ts";
import {
  emptyMemory,
  formatMemory,
  makeIdentity,
  MAX_FILE_BYTES,
  type Memory,
  merge,
  parseMemory,
} from "./document.ts";
import { FileLock } from "./lock.ts";
import { tidy } from "./tidy.ts";

/** Why nothing can be remembered, in a sentence. */
export class StateError extends ExplainedError {
  /** Whether that will not change by itself: the place is not meant to be written to. */
  get lasting(): boolean {
    const { cause } = this;
    return cause instanceof Deno.errors.PermissionDenied || cause instanceof Deno.errors.NotCapable ||
      cause instanceof Deno.errors.NotADirectory || cause instanceof Deno.errors.AlreadyExists ||
      cause instanceof Deno.errors.NotFound || codeOf(cause) === "EROFS";
  }
}

/** How often a damaged file is kept aside before someone has to look. */
const MAX_DAMAGED = 9;

/** What a file holds. */
interface Contents {
  /** What could be read. */
  memory: Memory;
  /** All of its text, if that makes sense; otherwise it is damaged. */
  text?: string;
}

/**
 * A file that remembers one server, shared by any number of clients. It is replaced as a whole, so it is whole at any moment;
 * and it is read, changed and replaced under a lock, so no client undoes what another one noted.
 */
export class StateFile {
  /** Its path. */
  readonly path: string;
  readonly #folder: string;
  readonly #lock: FileLock;
  readonly #report: (sentence: string) => void;
  #tidied = false;

  /** `report` is told when it is damaged. */
  constructor(folder: string, name: string, report: (sentence: string) => void) {
    this.#folder = folder;
    this.path = `${folder}/${name}`;
    this.#lock = new FileLock(`${folder}/lock`);
    this.#report = report;
  }

  /** Reads it without changing anything. Resolves to undefined if there is nothing that can be read. */
  async peek(): Promise<Memory | undefined> {
    try {
      return (await this.#read())?.memory;
    } catch {
      return;
    }
  }

  /**
   * Merges changes into the file, and resolves to what it holds then, always with an identity. `known` is what it is
   * expected to hold, which is written again if it does not.
   *
   * @throws {StateError} if that is impossible; then the file is as it was
   */
  async update(changes: Memory, known: Memory = emptyMemory()): Promise<Memory> {
    try {
      await this.#makeFolder();
      using _ = await this.#lock.acquire();
      const memory = await this.#update(changes, known);
      if (!this.#tidied) await tidy(this.#folder, this.path).catch(() => {});
      this.#tidied = true;
      return memory;
    } catch (cause) {
      throw new StateError(`nothing can be remembered in ${this.path}: ${explain(cause)}`, { cause });
    }
  }

  async #update(changes: Memory, known: Memory): Promise<Memory> {
    const contents = await this.#read();
    const base = contents?.text === undefined
      ? merge(contents?.memory ?? emptyMemory(), known)
      : contents.memory;
    const memory = merge(base, changes);
    memory.identity ??= makeIdentity();
    const text = formatMemory(memory);
    if (text === contents?.text) return memory;
    // Of a name of its own, because not every file system has locks.
    const temporary = `${this.#folder}/${crypto.randomUUID()}.tmp`;
    try {
      await writeDurably(temporary, text);
      if (contents !== undefined && contents.text === undefined) await this.#keepAside();
      await Deno.rename(temporary, this.path);
    } catch (error) {
      // Where the disk is full, it would keep it so.
      await Deno.remove(temporary).catch(() => {});
      throw error;
    }
    return memory;
  }

  /** What others can look into would tell them the user's identities. */
  async #makeFolder(): Promise<void> {
    await Deno.mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await withdraw(this.#folder);
    await withdraw(this.path);
  }

  /** Resolves to undefined if there is no file. */
  async #read(): Promise<Contents | undefined> {
    const bytes = await readBytes(this.path);
    if (bytes === undefined) return;
    const text = new TextDecoder().decode(bytes);
    const { memory, damaged } = parseMemory(text);
    return { memory, text: damaged || bytes.length > MAX_FILE_BYTES ? undefined : text };
  }

  /** Gives a damaged file another name, under which it stays. */
  async #keepAside(): Promise<void> {
    for (let i = 1; i <= MAX_DAMAGED; i++) {
      const aside = `${this.path}.damaged${i === 1 ? "" : `-${i}`}`;
      if (await isThere(aside)) continue;
      // A link first, so that there is a file of the old name at any moment; not every file system has them.
      await Deno.link(this.path, aside).catch(() => Deno.rename(this.path, aside));
      this.#report(`${this.path} was damaged: it is now ${aside}, and what could not be read is forgotten`);
      return;
    }
    throw new Error(`it is damaged, and so are the ${MAX_DAMAGED} files that were kept before; remove them`);
  }
}

/** Reads what a file holds, and never much more than {@linkcode MAX_FILE_BYTES}. Resolves to undefined if it is not there. */
async function readBytes(path: string): Promise<Uint8Array | undefined> {
  if (!await isThere(path)) return;
  // To open a pipe would wait for whoever writes to it.
  if (!(await Deno.stat(path)).isFile) throw new Error("it is not a file");
  using file = await Deno.open(path);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const part of file.readable) {
    parts.push(part);
    if ((size += part.length) > MAX_FILE_BYTES) break;
  }
  return concat(parts);
}

/** Writes a new file for its owner only, and waits until the disk has it. */
async function writeDurably(path: string, text: string): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
  await file.sync();
}

/** Takes a file or a folder away from everyone but its owner. */
async function withdraw(path: string): Promise<void> {
  try {
    const { mode } = await Deno.stat(path);
    if (mode !== null && (mode & 0o077) !== 0) await Deno.chmod(path, mode & 0o700);
  } catch {
    // It is not there, or belongs to someone else.
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | undefined)?.code;
}

function explain(error: unknown): string {
  switch (codeOf(error)) {
    case "ENOSPC":
      return "the disk is full";
    case "EDQUOT":
      return "you may keep no more on this disk";
    case "EROFS":
      return "that is on a disk that cannot be written to";
    case "EACCES":
    case "EPERM":
      return "you are not allowed to write there";
    case "EEXIST":
    case "ENOTDIR":
      return "a file is where its folder should be";
  }
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\).*$/, "").replace(/^./, (first) => first.toLowerCase());
}

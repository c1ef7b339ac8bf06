import { backup, type DatabaseSync } from "node:sqlite";
import { ANY_WAL, markAsWhole, readWal } from "./header.ts";
import { roomFileError } from "./errors.ts";

/** How often, in milliseconds, to look after the file. */
const GUARD_INTERVAL_MS = 1000;

/** The size, in bytes, from which the write-ahead log is moved into the file. */
const CHECKPOINT_BYTES = 4 * 1024 * 1024;

/** How many pages are copied at a time when a file has to be saved. */
const PAGES_PER_STEP = 256;

/** Who is told about the file. */
export interface GuardOptions {
  /** The path of the file. */
  path: string;
  /** The file, opened by that path. */
  file: Deno.FsFile;
  /** Its tables. */
  db: DatabaseSync;
  /** Called when nothing more can be kept, with a reason, and without one when it can be again. */
  lost(reason?: string): void;
  /** Called with a sentence for the operator. */
  report(sentence: string): void;
}

/**
 * Looks after a file while it is in use: notices when it is removed or replaced, in which case all that is written to it would
 * be gone with the process, and moves the write-ahead log into it. It owns its timer.
 */
export class FileGuard implements AsyncDisposable {
  readonly #options: GuardOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #lost = false;
  #saving: Promise<void> = Promise.resolve();

  /** Begins. */
  constructor(options: GuardOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), GUARD_INTERVAL_MS);
  }

  #look(): void {
    const { path, db, lost, report } = this.#options;
    const state = this.#state();
    if (state === "there") {
      if (this.#lost) {
        report(`${path} is back: what is said is kept again`);
        lost();
      }
      this.#lost = false;
      if ((readWal(path)?.size ?? 0) >= CHECKPOINT_BYTES) checkpoint(db, path);
    } else if (!this.#lost) {
      this.#lost = true;
      lost(`its file was ${state}`);
      this.#saving = this.#save(state);
    }
  }

  /** Whether the file is still where it was opened. */
  #state(): "there" | "removed" | "replaced" {
    const { path, file } = this.#options;
    try {
      const [now, opened] = [Deno.statSync(path), file.statSync()];
      return now.ino === opened.ino && now.dev === opened.dev ? "there" : "replaced";
    } catch (error) {
      // Anything else, such as a network that is down, shows when it is written to.
      return error instanceof Deno.errors.NotFound ? "removed" : "there";
    }
  }

  /** Writes a file that has no name any more to where it was, or beside what is there now. */
  async #save(state: "removed" | "replaced"): Promise<void> {
    const { path, db, report } = this.#options;
    const what =
      `${path} was ${state} while the room is kept in it, and nothing more can be said in the room`;
    const to = state === "removed" ? path : `${path}.saved`;
    try {
      Deno.openSync(to, { write: true, createNew: true, mode: 0o600 }).close();
      await backup(db, to, { rate: PAGES_PER_STEP });
      markAsWhole(to);
      report(`${what}; all that was said is in ${to} again: put it in place, and start the server again`);
    } catch (error) {
      report(
        `${what}; it could not be written to ${to} either (${roomFileError(error, to).message}): ` +
          `what was said is gone when the server ends`,
      );
    }
  }

  /** Stops looking after the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#saving;
  }
}

/**
 * Moves the write-ahead log into its file, and notes there which one belongs to it from then on: see `requireOwnWal`. If
 * others read the file, that waits for another time.
 */
export function checkpoint(db: DatabaseSync, path: string): void {
  const wal = readWal(path);
  const next = wal === undefined || wal.size === 0 ? ANY_WAL : (wal.salt + 1) | 0;
  try {
    db.exec(`PRAGMA schema_version = ${next}`);
    db.prepare("PRAGMA wal_checkpoint(RESTART)").all();
  } catch {
    // The disk is full or fails: whoever speaks is told, and this is tried again.
  }
}

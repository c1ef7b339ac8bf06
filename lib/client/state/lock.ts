import { deadline } from "@std/async/deadline";

/** How long, in milliseconds, to wait for other clients, each of which needs some milliseconds. */
const PATIENCE_MS = 2000;

/** A lock that one process at a time holds. The operating system releases it when that process ends, however it does. */
export class FileLock {
  readonly #path: string;
  #abandoned?: Promise<void>;

  /** `path`: a file for this alone, which remains. */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Takes the lock; disposing what it resolves to releases it.
   *
   * @throws {Deno.errors.TimedOut} if another process does not release it, such as one that is stopped
   */
  async acquire(): Promise<Disposable> {
    // One wait at a time: each occupies a thread.
    if (this.#abandoned !== undefined && !await isDoneInTime(this.#abandoned)) throw timedOut();
    const file = await Deno.open(this.#path, { read: true, write: true, create: true, mode: 0o600 });
    // Some network file systems know no locks. There, two clients at once may forget what one of them noted.
    const locked = file.lock(true).catch(() => {});
    if (await isDoneInTime(locked)) return { [Symbol.dispose]: () => file.close() };
    this.#abandoned = locked.then(() => {
      file.close();
      this.#abandoned = undefined;
    });
    throw timedOut();
  }
}

async function isDoneInTime(promise: Promise<void>): Promise<boolean> {
  return await deadline(promise.then(() => true), PATIENCE_MS).catch(() => false);
}

function timedOut(): Error {
  return new Deno.errors.TimedOut("another client that uses it does not go on");
}

import {
  emptyMemory,
  isPlace,
  isRememberable,
  type Memory,
  merge,
  type Place,
  setPlace,
} from "./state/document.ts";
import { StateError, StateFile } from "./state/file.ts";
import { fileNameOf, type ServerId } from "./state/file_name.ts";
import { findStateFolder, type Folder } from "./state/folder.ts";

export type { Place } from "./state/document.ts";
export type { ServerId } from "./state/file_name.ts";

/** How a server is remembered. */
export interface StateOptions {
  /** Called with a sentence for the user: once when nothing can be written any more, and when a file was damaged. */
  report?(sentence: string): void;
  /** The folder; by default that of this user. */
  folder?: Folder;
}

/** What is to be remembered. */
export interface Note {
  /** The name that the user bears. */
  name?: string;
  /** The room in which the user is. */
  room?: string;
  /** How far the user has seen a room. */
  place?: Place & { room: string };
}

/** How often the file is written while things change, in milliseconds: what a killed client may have forgotten. */
const WRITE_INTERVAL_MS = 1000;

/**
 * What a client remembers about one server from one run to the next: an identity, the name and the room of its user, and
 * how far each room has been seen. Several clients share it. Where it cannot be kept, everything works and nothing is
 * remembered.
 */
export class ServerState implements AsyncDisposable {
  readonly #file?: StateFile;
  readonly #report: (sentence: string) => void;
  #memory = emptyMemory();
  #changes = emptyMemory();
  #changed = false;
  #reason?: string;
  #reported = false;
  #disposed = false;
  #timer?: ReturnType<typeof setTimeout>;
  #writing?: Promise<void>;

  private constructor(report: (sentence: string) => void, file: StateFile | undefined, reason?: string) {
    this.#report = report;
    this.#file = file;
    this.#reason = reason;
  }

  /** Reads what is remembered about a server, and makes up an identity if there is none yet. Never fails or prompts. */
  static async open(
    server: ServerId,
    { report = () => {}, folder = findStateFolder() }: StateOptions = {},
  ): Promise<ServerState> {
    if (folder.path === undefined) return new ServerState(report, undefined, folder.reason);
    const file = new StateFile(folder.path, await fileNameOf(server), report);
    try {
      const state = new ServerState(report, file);
      state.#memory = await file.update(emptyMemory());
      return state;
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const state = new ServerState(report, error.lasting ? undefined : file, error.message);
      state.#memory = await file.peek() ?? emptyMemory();
      if (!error.lasting) state.#fail(error);
      return state;
    }
  }

  /** The secret by which a name on this server stays its user's; `undefined` if none can be kept. */
  get identity(): string | undefined {
    return this.#memory.identity;
  }

  /** The name that the user bore last. */
  get name(): string | undefined {
    return this.#memory.name;
  }

  /** The room in which the user was last. */
  get room(): string | undefined {
    return this.#memory.room;
  }

  /** How far a room has been seen. */
  place(room: string): Place | undefined {
    return this.#memory.places.get(room);
  }

  /** Whether what is noted is kept. */
  get remembers(): boolean {
    return this.#reason === undefined;
  }

  /** Why nothing is remembered, and what changes that, in a sentence; `undefined` if it is. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /**
   * Remembers something; cheap enough for every message. It is written within a second. What cannot be a name, a room or
   * a place is not remembered.
   */
  note({ name, room, place }: Note): void {
    const { name: oldName, room: oldRoom, places } = this.#memory;
    if (name !== oldName && isRememberable(name)) this.#change((memory) => memory.name = name);
    if (room !== oldRoom && isRememberable(room)) this.#change((memory) => memory.room = room);
    if (place === undefined || !isPlace(place) || !isRememberable(place.room)) return;
    const { log, seq, time, messages } = place;
    if (!setPlace(places, place.room, { log, seq, time, messages })) return;
    this.#change((memory) => setPlace(memory.places, place.room, { log, seq, time, messages }));
  }

  #change(apply: (memory: Memory) => void): void {
    apply(this.#memory);
    apply(this.#changes);
    this.#changed = true;
    this.#schedule();
  }

  #schedule(): void {
    const busy = this.#timer !== undefined || this.#writing !== undefined;
    if (this.#file === undefined || this.#disposed || busy) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#write(this.#file!);
    }, WRITE_INTERVAL_MS);
  }

  async #write(file: StateFile): Promise<void> {
    const changes = this.#changes;
    this.#changes = emptyMemory();
    this.#changed = false;
    try {
      this.#adopt(await file.update(changes, this.#memory));
      this.#reason = undefined;
      this.#writing = undefined;
      if (this.#changed) this.#schedule();
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      this.#changes = merge(changes, this.#changes);
      this.#changed = true;
      // Tried again with the next change.
      this.#writing = undefined;
      this.#fail(error);
    }
  }

  /** What other clients noted is good to know; who and where this one's user is remains. */
  #adopt(written: Memory): void {
    this.#memory = { ...merge(written, this.#memory), identity: this.#memory.identity ?? written.identity };
  }

  #fail({ message }: StateError): void {
    this.#reason = message;
    if (this.#reported) return;
    this.#reported = true;
    this.#report(message);
  }

  /** Writes what has not been written yet. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    clearTimeout(this.#timer);
    await this.#writing;
    if (this.#file !== undefined && this.#changed) await this.#write(this.#file);
  }
}

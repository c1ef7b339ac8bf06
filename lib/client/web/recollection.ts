import { makeKey } from "../core/continuation.ts";
import type { Place, Recollection } from "../core/places.ts";
import type { Screen } from "./first_screen.ts";
import type { Storage } from "./storage.ts";

/** Where it is kept. A browser keeps it for this server's address and port alone. */
const KEY = "parley";

/** The most rooms of which is kept how far they were seen. */
const MAX_ROOMS = 256;

/** What a browser remembers of a server from one visit to the next. */
export class BrowserRecollection implements Recollection {
  readonly #storage: Storage;
  #fields: Record<string, unknown>;
  #forgotten = false;
  /** The last place that was noted, and is not kept before its entry was on the screen. */
  #unseen?: Place & { room: string };

  /** Reads what is kept. */
  constructor(storage: Storage) {
    this.#storage = storage;
    this.#fields = storage.read(KEY) ?? {};
  }

  /** The secret by which a name stays its user's; made up once the user has come in. */
  get identity(): string | undefined {
    return this.#text("identity");
  }

  /** The name that the user bore last. */
  get name(): string | undefined {
    return this.#text("name");
  }

  /** The room in which the user was last. */
  get room(): string | undefined {
    return this.#text("room");
  }

  /** What the server is called. */
  get title(): string | undefined {
    return this.#text("title");
  }

  /** Whether a sound is made when the user is called. */
  get sound(): boolean {
    return this.#fields.sound !== false;
  }

  /** Whether the user has been here before, under whatever name. */
  get known(): boolean {
    return this.identity !== undefined;
  }

  /** Makes up the identity, if there is none and it can be kept. */
  enter(): void {
    if (this.identity === undefined && this.#storage.usable) this.keep({ identity: makeKey() });
  }

  /** Keeps something, without touching what another tab has kept in the meantime. */
  keep(fields: Record<string, unknown>): void {
    if (this.#forgotten) return;
    this.#fields = { ...this.#fields, ...this.#storage.read(KEY), ...fields };
    this.#storage.write(KEY, this.#fields);
  }

  /** Forgets everything, and keeps nothing more. */
  forget(): void {
    this.#forgotten = true;
    this.#fields = {};
    this.#unseen = undefined;
    this.#storage.remove(KEY);
  }

  place(room: string): Place | undefined {
    const { log, seq, time, messages } = this.#places[room] ?? {};
    if (typeof log !== "string" || ![seq, time, messages].every(Number.isSafeInteger)) return;
    return { log, seq, time, messages } as Place;
  }

  note({ name, room, place }: Parameters<Recollection["note"]>[0]): void {
    if (name !== undefined && name !== this.name) this.keep({ name });
    if (room !== undefined && room !== this.room) this.keep({ room });
    if (place !== undefined) this.#unseen = place;
  }

  /** What was noted last has been on the screen, which is kept if it is given. */
  seen(screen?: () => Screen): void {
    if (this.#unseen === undefined) return;
    const { room, ...place } = this.#unseen;
    this.#unseen = undefined;
    const places = { ...this.#places };
    delete places[room];
    const rooms = Object.entries({ ...places, [room]: place }).slice(-MAX_ROOMS);
    this.keep({ places: Object.fromEntries(rooms), screen: screen?.() });
  }

  get #places(): Record<string, Partial<Place>> {
    const { places } = this.#fields;
    return typeof places === "object" && places !== null ? places as Record<string, Partial<Place>> : {};
  }

  #text(field: string): string | undefined {
    const value = this.#fields[field];
    return typeof value === "string" && value !== "" ? value : undefined;
  }
}

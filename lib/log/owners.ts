/** A name that belongs to someone. */
export interface OwnedName {
  /** The name, as it was written last. */
  name: string;
  /** When they were last seen under it, in milliseconds since 1970. */
  seen: number;
  /** On how many days they were seen under it. */
  days: number;
  /** The last of those days, by the server's clock, such as `2026-11-20`. */
  day: string;
}

/** A person, as the server knows them by the identities that their clients keep. */
export interface Owner {
  /** Names the person: the hash of the identity by which they were known first. */
  id: string;
  /** The SHA-256 hashes of the identities of their devices. */
  identities: string[];
  /** Their names. */
  names: OwnedName[];
}

/** Keeps who owns which name. It knows no rules: `room/ownership.ts` has them. */
export interface OwnerStore {
  /** Everyone who is kept. */
  load(): Owner[];
  /**
   * Keeps what is known of a person, in place of what was. An identity or a name that was kept for another person is this
   * one's from then on, at once.
   *
   * @throws if it cannot be kept; then nothing has changed
   */
  put(owner: Owner): void;
  /**
   * Forgets a person.
   *
   * @throws if that cannot be kept; then nothing has changed
   */
  remove(id: string): void;
}

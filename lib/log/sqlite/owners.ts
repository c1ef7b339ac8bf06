import type { DatabaseSync } from "node:sqlite";
import { clean } from "../../wire/clean.ts";
import { foldName } from "../../wire/names.ts";
import type { OwnedName, Owner, OwnerStore } from "../owners.ts";
import { transaction } from "./transaction.ts";

/** Keeps in a file who owns which name. A person without names and identities is nobody, and is not kept. */
export class SqliteOwners implements OwnerStore {
  readonly #db: DatabaseSync;
  readonly #lost: () => string | undefined;

  /** `lost`: returns why nothing can be kept in the file now, if nothing can. */
  constructor(db: DatabaseSync, lost: () => string | undefined = () => undefined) {
    this.#db = db;
    this.#lost = lost;
  }

  load(): Owner[] {
    const owners = new Map<string, Owner>();
    const ownerOf = (id: string): Owner => {
      const owner = owners.get(id) ?? { id, identities: [], names: [] };
      owners.set(id, owner);
      return owner;
    };
    for (const row of this.#db.prepare("SELECT owner, hash FROM identities ORDER BY rowid").iterate()) {
      ownerOf(String(row.owner)).identities.push(String(row.hash));
    }
    const names = this.#db.prepare("SELECT owner, name, seen, days, day FROM owned_names ORDER BY rowid");
    for (const row of names.iterate()) ownerOf(String(row.owner)).names.push(nameOf(row));
    return [...owners.values()];
  }

  put({ id, identities, names }: Owner): void {
    this.#change(() => {
      this.#forget(id);
      const identity = this.#db.prepare("INSERT OR REPLACE INTO identities (hash, owner) VALUES (?, ?)");
      for (const hash of identities) identity.run(hash, id);
      const owned = this.#db.prepare(
        "INSERT OR REPLACE INTO owned_names (folded, name, owner, seen, days, day) VALUES (?, ?, ?, ?, ?, ?)",
      );
      for (const { name, seen, days, day } of names) {
        owned.run(foldName(name), name, id, new Date(seen).toISOString(), days, day);
      }
    });
  }

  remove(id: string): void {
    this.#change(() => this.#forget(id));
  }

  /**
   * Frees a name, in whatever spelling. Returns whether someone owned it.
   *
   * @throws if that cannot be kept
   */
  free(name: string): boolean {
    return this.#db.prepare("DELETE FROM owned_names WHERE folded = ?").run(foldName(name)).changes > 0;
  }

  #forget(id: string): void {
    this.#db.prepare("DELETE FROM identities WHERE owner = ?").run(id);
    this.#db.prepare("DELETE FROM owned_names WHERE owner = ?").run(id);
  }

  #change(run: () => void): void {
    const lost = this.#lost();
    if (lost !== undefined) throw new Error(lost);
    transaction(this.#db, run);
  }
}

function nameOf(row: Record<string, unknown>): OwnedName {
  return {
    name: clean(String(row.name)),
    seen: Date.parse(String(row.seen)) || 0,
    days: Number(row.days),
    day: clean(String(row.day)),
  };
}

import type { DatabaseSync } from "node:sqlite";

/**
 * Runs something as one transaction: all that it writes is kept, or nothing.
 *
 * @throws what it throws, and where it cannot be kept; then nothing was
 */
export function transaction(db: DatabaseSync, run: () => void): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    run();
    db.exec("COMMIT");
  } catch (error) {
    // SQLite itself has ended it in some cases, as where the disk is full.
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

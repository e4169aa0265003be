import { statSync } from "node:fs";
import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";

const journal = ["-wal", "-shm"];

/**
 * Detects that an open database file, or a file of its journal, was removed, moved or replaced. A commit would succeed
 * then, and the next process would not find it.
 */
export class FileIdentity {
  readonly #path: string;
  /** Device and inode of each file, by file name suffix. */
  readonly #known = new Map<string, string>();

  constructor(path: string) {
    this.#path = path;
  }

  /** Records every file not recorded yet. Call it in a write transaction, when the journal certainly exists. */
  record(): void {
    for (const suffix of ["", ...journal]) {
      const found = this.#known.has(suffix) ? null : identify(this.#path + suffix);
      if (found !== null) this.#known.set(suffix, found);
    }
  }

  /** A new connection may create a new journal; the database file stays the same. */
  forgetJournal(): void {
    for (const suffix of journal) this.#known.delete(suffix);
  }

  /**
   * Whether the database file is unchanged while its `-wal` is missing: no other process has created a new one then.
   */
  hasLostJournal(): boolean {
    return identify(this.#path) === this.#known.get("") && identify(`${this.#path}-wal`) === null;
  }

  /** Whether no recorded file was removed or replaced. */
  isUnchanged(): boolean {
    return [...this.#known].every(([suffix, known]) => identify(this.#path + suffix) === known);
  }

  /** @throws {StoreUnavailable} if a recorded file was removed or replaced. */
  check(): void {
    for (const [suffix, known] of this.#known) {
      const found = identify(this.#path + suffix);
      if (found === known) continue;
      const fault = found === null ? "was removed or moved" : "was replaced by another file";
      throw new StoreUnavailable(
        `${this.#path}${suffix} ${fault} while the database was in use: put the same file back, or restart the server.`,
      );
    }
  }
}

function identify(path: string): string | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
}

import type { MediaKind } from "@safelight/client/contract";

/** An output that was found by the hash of its file. */
export interface FoundOutput {
  readonly generationId: string;
  readonly index: number;
  readonly ownerId: string;
  readonly model: string;
  /** When the generation was submitted, in epoch milliseconds. */
  readonly createdAt: number;
  readonly kind: MediaKind;
  /** When the generation was deleted, in epoch milliseconds; `null` if it was not. */
  readonly deletedAt: number | null;
}

/** Finds the stored objects that rows refer to. */
export interface MediaKeyStore {
  /**
   * Returns the given keys that a row refers to, in one snapshot. In use are outputs, thumbnails, uploads,
   * every key of an active generation, and the keys that the outbox will delete. Reads every output, so that one call
   * with 10,000 keys costs hardly more than one with a single key.
   *
   * @param keys storage keys, at most 10,000.
   * @throws {Error} if the database has moved to another one, whose rows refer to newer objects, or is an unfinished copy.
   * @throws {SchemaTooNew} if a newer release has migrated the database: its rows may refer to keys in other columns.
   */
  findKeysInUse(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * The outputs whose file has this SHA-256, in lowercase hexadecimal; the first 100 by the ids of their generations,
   * which sort by creation, and by index. Includes those of deleted generations, until their owner is erased.
   */
  findOutputsBySha256(sha256: string): Promise<readonly FoundOutput[]>;
  /** Storage key of the first output of the generation that completed last; `null` if there is none. */
  newestOutputKey(): Promise<string | null>;
}

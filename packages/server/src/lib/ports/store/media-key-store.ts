/** Which stored objects the rows refer to. */
export interface MediaKeyStore {
  /**
   * Returns the keys that a row refers to, of those that are given, in one snapshot. In use are outputs, thumbnails and
   * uploaded images, every key of an active generation, and what the outbox will delete. Reads every output, so that one
   * call with 10,000 keys costs hardly more than one with a single key.
   *
   * @param keys storage keys, at most 10,000.
   * @throws {SchemaTooNew} where a newer release has migrated the database: its rows may refer to keys in other columns.
   */
  findKeysInUse(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Storage key of the first output of the generation that completed last; `null` where there is none. */
  newestOutputKey(): Promise<string | null>;
}

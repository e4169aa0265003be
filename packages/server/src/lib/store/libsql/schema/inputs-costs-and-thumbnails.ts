/** Adds uploads, the charges of vendors, and thumbnails. Immutable once released. */
export const inputsCostsAndThumbnails: readonly string[] = [
  // Uploads that inputs refer to. `used_at`: last submit that referred to it; unused ones are purged.
  `CREATE TABLE safelight_inputs (
        id TEXT PRIMARY KEY,
        owner_id TEXT NOT NULL,
        storage_key TEXT NOT NULL,
        content_type TEXT NOT NULL,
        byte_length INTEGER NOT NULL CHECK (byte_length > 0),
        sha256 TEXT NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        used_at INTEGER NOT NULL
      ) STRICT`,
  `CREATE INDEX safelight_inputs_owner ON safelight_inputs (owner_id, id, byte_length)`,
  // Finds unused uploads.
  `CREATE INDEX safelight_inputs_used ON safelight_inputs (used_at)`,
  // JSON list of what the vendor charges the host for the attempt: an amount in each of its units.
  `ALTER TABLE safelight_attempts ADD COLUMN costs TEXT CHECK (json_type(costs) = 'array')`,
  // JSON of outputs that are stored already while others are not available yet.
  `ALTER TABLE safelight_attempts ADD COLUMN stored_outputs TEXT`,
  // JSON of the output's thumbnail.
  `ALTER TABLE safelight_outputs ADD COLUMN thumbnail TEXT`,
];

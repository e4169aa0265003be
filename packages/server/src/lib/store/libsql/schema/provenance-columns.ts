/** Marks and flags of outputs. Immutable once released. */
export const provenanceColumns: readonly string[] = [
  // JSON of the marks of the output's file.
  `ALTER TABLE safelight_outputs ADD COLUMN provenance TEXT`,
  // JSON list of the vendor's safety flags.
  `ALTER TABLE safelight_outputs ADD COLUMN flags TEXT`,
];

/** Hashes of the files of deleted generations, until their owner is erased. Immutable once released. */
export const deletedOutputs: readonly string[] = [
  `CREATE TABLE safelight_deleted_outputs (
        generation_id TEXT NOT NULL,
        "index" INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        PRIMARY KEY (generation_id, "index")
      ) STRICT, WITHOUT ROWID`,
  "CREATE INDEX safelight_deleted_outputs_sha256 ON safelight_deleted_outputs (sha256)",
];

/** Marks and flags of outputs. Immutable once released. */
export const provenanceColumns: readonly string[] = [
  // JSON of the marks of the output's file, and a JSON list of the vendor's safety flags.
  `ALTER TABLE @outputs ADD COLUMN provenance text, ADD COLUMN flags text`,
];

/** Hashes of the files of deleted generations, until their owner is erased. Immutable once released. */
export const deletedOutputs: readonly string[] = [
  `CREATE TABLE @deleted_outputs (
        generation_id text COLLATE "C" NOT NULL,
        "index" bigint NOT NULL,
        sha256 text NOT NULL,
        PRIMARY KEY (generation_id, "index")
      )`,
  `CREATE INDEX @deleted_outputs_sha256 ON @deleted_outputs (sha256, generation_id, "index")`,
];

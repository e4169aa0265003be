/** Marks and flags of outputs, and the search by their hash. Immutable once released. */
export const provenanceColumns: readonly string[] = [
  // JSON of the marks of the output's file, and a JSON list of the vendor's safety flags.
  `ALTER TABLE @outputs ADD COLUMN provenance text, ADD COLUMN flags text`,
  // Finds the generation of a file.
  `CREATE INDEX @outputs_sha256 ON @outputs (sha256)`,
];

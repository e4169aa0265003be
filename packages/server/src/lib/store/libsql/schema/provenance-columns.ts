/** Marks and flags of outputs, and the search by their hash. Immutable once released. */
export const provenanceColumns: readonly string[] = [
  // JSON of the marks of the output's file.
  `ALTER TABLE safelight_outputs ADD COLUMN provenance TEXT`,
  // JSON list of the vendor's safety flags.
  `ALTER TABLE safelight_outputs ADD COLUMN flags TEXT`,
  // Finds the generation of a file.
  `CREATE INDEX safelight_outputs_sha256 ON safelight_outputs (sha256)`,
];

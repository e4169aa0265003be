/** Marks and flags of outputs. Immutable once released. */
export const provenanceColumns: readonly string[] = [
  // JSON of the marks of the output's file.
  `ALTER TABLE safelight_outputs ADD COLUMN provenance TEXT`,
  // JSON list of the vendor's safety flags.
  `ALTER TABLE safelight_outputs ADD COLUMN flags TEXT`,
];

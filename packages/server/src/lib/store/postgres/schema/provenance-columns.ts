/** Marks and flags of outputs. Immutable once released. */
export const provenanceColumns: readonly string[] = [
  // JSON of the marks of the output's file, and a JSON list of the vendor's safety flags.
  `ALTER TABLE @outputs ADD COLUMN provenance text, ADD COLUMN flags text`,
];

/** Adds the duration of uploaded videos and audio files. Immutable once released. */
export const inputDurations: readonly string[] = [
  // NULL for images, and for a file that does not state it. `width` and `height` are 0 for a file without a size.
  "ALTER TABLE @inputs ADD COLUMN duration_ms bigint",
];

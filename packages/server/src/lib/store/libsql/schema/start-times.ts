/** Adds the earliest start of a generation, and the time at which it expires. */
export const startTimes: readonly string[] = [
  // The earliest start, and the end of a generation that has no attempt by then.
  "ALTER TABLE safelight_generations ADD COLUMN not_before INTEGER",
  "ALTER TABLE safelight_generations ADD COLUMN expires_at INTEGER",
  // The deadline from the first attempt on. Until then, `deadline_at` is the time at which the generation expires.
  "ALTER TABLE safelight_generations ADD COLUMN started_deadline_at INTEGER",
];

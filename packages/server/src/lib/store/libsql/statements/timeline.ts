import { now } from "../guards/guards.js";

/** The timeline of the database's history; empty if another tool removed it. */
export const timeline = "coalesce((SELECT value FROM safelight_settings WHERE name = 'timeline'), '')";

export const readTimelineStatement = `SELECT ${timeline} AS timeline`;

/** Needs `:timeline`: an id that was never used. A repeat of the command changes nothing. */
export const startTimelineStatements: readonly string[] = [
  `INSERT INTO safelight_settings (name, value) VALUES ('timeline', :timeline)
   ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  "SELECT 1",
];

/** Whether the tables remember erasures: those of a backup from an older release may not. */
export const findErasuresStatement = "SELECT 1 FROM sqlite_master WHERE name = 'safelight_erased_owners'";

/**
 * As `startTimelineStatements`. Also raises the counter of erasures to the time: processes that ran during the restore
 * have cached a position of the lost history, and it must stay below the next erasure. The next one removes the row.
 */
export const startTimelineWithErasures: readonly string[] = [
  `INSERT INTO safelight_erased_owners (position, owner_mark, expires_at)
   SELECT max(${now}, coalesce(max(position), 0) + 1), 'timeline:' || :timeline, 0 FROM safelight_erased_owners
   WHERE true ON CONFLICT (owner_mark) DO NOTHING`,
  ...startTimelineStatements,
];

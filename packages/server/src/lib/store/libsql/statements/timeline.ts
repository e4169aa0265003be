/** The timeline of the database's history; empty if another tool removed it. */
export const timeline = "coalesce((SELECT value FROM safelight_settings WHERE name = 'timeline'), '')";

export const readTimelineStatement = `SELECT ${timeline} AS timeline`;

/** Needs `:timeline`: an id that was never used. A repeat of the command changes nothing. */
export const startTimelineStatements: readonly string[] = [
  `INSERT INTO safelight_settings (name, value) VALUES ('timeline', :timeline)
   ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  "SELECT 1",
];

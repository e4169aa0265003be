/** The agreed time, as JSON. */
export const readAgreedTimeStatement = "SELECT value FROM safelight_settings WHERE name = 'agreed_time'";

/** Replaces the value that was read; changes nothing if another process has replaced it since. */
export const writeAgreedTimeStatements: readonly string[] = [
  `INSERT INTO safelight_settings (name, value) VALUES ('agreed_time', :next)
   ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value = :before`,
  "SELECT 1",
];

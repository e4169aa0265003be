/** Adds the group that one command submitted. */
export const groups: readonly string[] = [
  "ALTER TABLE safelight_generations ADD COLUMN group_id TEXT",
  "CREATE INDEX safelight_generations_group ON safelight_generations (group_id) WHERE group_id IS NOT NULL",
];

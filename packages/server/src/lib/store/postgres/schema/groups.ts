/** Adds the group that one command submitted. */
export const groups: readonly string[] = [
  `ALTER TABLE @generations ADD COLUMN group_id text COLLATE "C"`,
  "CREATE INDEX @generations_group ON @generations (group_id) WHERE group_id IS NOT NULL",
];

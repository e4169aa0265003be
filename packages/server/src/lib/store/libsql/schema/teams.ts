/** Of the row that fired the trigger. The first change of a team creates its row, as `upsertOwner` does. */
const assignTeamSequence = `INSERT INTO safelight_owners
      (id, sequence, log_start, rate_tat, refund_tat, touched_at, created_at)
    SELECT 'team:' || NEW.team_id, start, start, 0, 0, NEW.touched_at, NEW.touched_at
    FROM (SELECT coalesce((SELECT CAST(value AS INTEGER) FROM safelight_settings WHERE name = 'owner_start'), 0) AS start)
    WHERE NOT EXISTS (SELECT 1 FROM safelight_owners WHERE id = 'team:' || NEW.team_id);
    UPDATE safelight_owners SET sequence = sequence + 1 WHERE id = 'team:' || NEW.team_id;
    UPDATE safelight_generations
    SET team_sequence = (SELECT sequence FROM safelight_owners WHERE id = 'team:' || NEW.team_id)
    WHERE id = NEW.id;`;

/** An update that a team may see: it has another version, and `safelight copy` has not assigned the sequence itself. */
const isTeamUpdate =
  "NEW.team_id IS NOT NULL AND NEW.version <> OLD.version AND NEW.team_sequence IS OLD.team_sequence";

/**
 * Adds the team that sees a generation. Its change log is an owner's row with the id `team:` and the team's id. Triggers
 * assign its sequence, so that no command can omit it: with each new version. `safelight copy` writes sequence and version
 * together, which assigns none.
 */
export const teams: readonly string[] = [
  // NULL if only the owner sees it.
  "ALTER TABLE safelight_generations ADD COLUMN team_id TEXT",
  "ALTER TABLE safelight_generations ADD COLUMN team_sequence INTEGER",
  // Event log of one team.
  `CREATE INDEX safelight_generations_team_sequence ON safelight_generations (team_id, team_sequence)
    WHERE team_id IS NOT NULL`,
  // Active generations of one team.
  `CREATE INDEX safelight_generations_team_active ON safelight_generations (team_id, id)
    WHERE team_id IS NOT NULL AND finished_at IS NULL`,
  // History of one team, also by terminal state.
  `CREATE INDEX safelight_generations_team_history ON safelight_generations (team_id, id, model, scope)
    WHERE team_id IS NOT NULL AND deleted_at IS NULL`,
  `CREATE INDEX safelight_generations_team_history_of_state
    ON safelight_generations (team_id, state, id, model, scope)
    WHERE team_id IS NOT NULL AND finished_at IS NOT NULL AND deleted_at IS NULL`,
  `CREATE TRIGGER safelight_generations_team_insert AFTER INSERT ON safelight_generations
    WHEN NEW.team_id IS NOT NULL AND NEW.team_sequence IS NULL
    BEGIN
    ${assignTeamSequence}
    END`,
  `CREATE TRIGGER safelight_generations_team_update AFTER UPDATE OF version ON safelight_generations
    WHEN ${isTeamUpdate}
    BEGIN
    ${assignTeamSequence}
    END`,
];

/** Leaves `markSeen` out of the team's log: only the owner sees its change. */
export const unseenByTeams: readonly string[] = [
  "DROP TRIGGER safelight_generations_team_update",
  `CREATE TRIGGER safelight_generations_team_update AFTER UPDATE OF version ON safelight_generations
    WHEN ${isTeamUpdate} AND NEW.seen_at IS OLD.seen_at
    BEGIN
    ${assignTeamSequence}
    END`,
];

/** An update that a team may see: it has another version, and `safelight copy` has not assigned the sequence itself. */
const isTeamUpdate = `NEW.team_id IS NOT NULL AND NEW.version <> OLD.version
      AND NEW.team_sequence IS NOT DISTINCT FROM OLD.team_sequence`;

/**
 * Adds the team that sees a generation. Its change log is an owner's row with the id `team:` and the team's id. Triggers
 * assign its sequence, so that no command can omit it: with each new version. `safelight copy` writes sequence and version
 * together, which assigns none.
 *
 * They are deferred to the commit, so the row of the team is the last lock of each command: members of a team share an
 * account, too, and the commands lock it at different times.
 */
export const teams: readonly string[] = [
  // NULL if only the owner sees it.
  `ALTER TABLE @generations ADD COLUMN team_id text COLLATE "C"`,
  "ALTER TABLE @generations ADD COLUMN team_sequence bigint",
  // Event log of one team.
  "CREATE INDEX @generations_team_sequence ON @generations (team_id, team_sequence) WHERE team_id IS NOT NULL",
  // Active generations of one team.
  `CREATE INDEX @generations_team_active ON @generations (team_id, id)
    WHERE team_id IS NOT NULL AND finished_at IS NULL`,
  // History of one team, also by terminal state.
  `CREATE INDEX @generations_team_history ON @generations (team_id, id, model, scope)
    WHERE team_id IS NOT NULL AND deleted_at IS NULL`,
  `CREATE INDEX @generations_team_history_of_state ON @generations (team_id, state, id, model, scope)
    WHERE team_id IS NOT NULL AND finished_at IS NOT NULL AND deleted_at IS NULL`,
  `CREATE FUNCTION @assign_team_sequence() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = '4s' AS $team$
    DECLARE v_start bigint; v_sequence bigint;
    BEGIN
      v_start := coalesce((SELECT value::bigint FROM @settings WHERE name = 'owner_start'), 0);
      INSERT INTO @owners AS o (id, sequence, log_start, rate_tat, refund_tat, touched_at, created_at)
      VALUES ('team:' || NEW.team_id, v_start + 1, v_start, 0, 0, NEW.touched_at, NEW.touched_at)
      ON CONFLICT (id) DO UPDATE SET sequence = o.sequence + 1 RETURNING o.sequence INTO v_sequence;
      UPDATE @generations SET team_sequence = v_sequence WHERE id = NEW.id;
      RETURN NULL;
    END $team$`,
  `CREATE CONSTRAINT TRIGGER safelight_team_insert AFTER INSERT ON @generations DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.team_id IS NOT NULL AND NEW.team_sequence IS NULL)
    EXECUTE FUNCTION @assign_team_sequence()`,
  `CREATE CONSTRAINT TRIGGER safelight_team_update AFTER UPDATE OF version ON @generations DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (${isTeamUpdate})
    EXECUTE FUNCTION @assign_team_sequence()`,
];

/** Leaves `markSeen` out of the team's log: only the owner sees its change. */
export const unseenByTeams: readonly string[] = [
  "DROP TRIGGER safelight_team_update ON @generations",
  `CREATE CONSTRAINT TRIGGER safelight_team_update AFTER UPDATE OF version ON @generations DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (${isTeamUpdate} AND NEW.seen_at IS NOT DISTINCT FROM OLD.seen_at)
    EXECUTE FUNCTION @assign_team_sequence()`,
];

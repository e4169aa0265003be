/** Only the holder of the lease writes. */
export const held = { generation: "id = :id", epoch: "epoch = :epoch" };

/** The submitter of the latest attempt may also record a late response of the provider while its outcome is unknown. */
export const heldOrLate = {
  generation: "id = :id",
  epoch: `epoch = :epoch OR (state = 'reconciling' AND EXISTS (
    SELECT 1 FROM safelight_attempts a
    WHERE a.generation_id = safelight_generations.id AND a.number = safelight_generations.attempts
      AND a.token = :attemptToken))`,
};

/** Keeps the recorded costs unless the command has new ones. */
export const costs = `costs = coalesce(:costs, costs)`;

/** The latest attempt of the generation that a command of a worker changes. */
export interface ChangedAttempt {
  /** Selects its number; no row for a command that does not apply, and for a repeat. */
  readonly number: string;
  /** The time of the command. */
  readonly at: string;
}

/** Writes the new state of an attempt; nothing if `:attemptState` is NULL. The first end stays. */
export const updateAttemptState = ({ at, number }: ChangedAttempt): string => `UPDATE safelight_attempts
   SET state = :attemptState,
     failure = :attemptFailure,
     ${costs},
     unknown_at = CASE WHEN :attemptState = 'unknown' THEN coalesce(unknown_at, ${at}) ELSE unknown_at END,
     ended_at = CASE WHEN :attemptState IN ('unknown', 'accepted') THEN NULL ELSE coalesce(ended_at, ${at}) END
   WHERE :attemptState IS NOT NULL AND generation_id = :id AND number = (${number})`;

/** Whether the command of a worker took effect, now or when it was first sent. */
export const workerVerdict = `SELECT owner_id FROM safelight_generations WHERE id = :id AND command_token = :token`;

/**
 * The code of the failure of an attempt `a`; NULL without one, and for a damaged value. The failure of an attempt that is done lists
 * missing outputs: the attempt did not fail.
 */
export const failureCode = "CASE WHEN a.state <> 'done' AND json_valid(a.failure) THEN a.failure ->> 'code' END";

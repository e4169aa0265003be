/**
 * A generation is *waiting* if no worker has it, no provider has its attempt, and it was due when it was
 * last written. Waiting generations have an index by gate and rank, and all others one by due time.
 */
export const fairQueue: readonly string[] = [
  // `gate`: the limit key of the provider of the next or current attempt; null for no limit. `rank`: the place in the
  // queue, in epoch milliseconds, written once.
  `ALTER TABLE safelight_generations ADD COLUMN gate TEXT`,
  `ALTER TABLE safelight_generations ADD COLUMN rank INTEGER NOT NULL DEFAULT 0`,
  // Rank of the owner's last submit, without its priority.
  `ALTER TABLE safelight_owners ADD COLUMN turn_at INTEGER NOT NULL DEFAULT 0`,
  // `rate_tat`: theoretical arrival time of GCRA. The limits themselves are options of the host.
  `CREATE TABLE safelight_gates (
    key TEXT PRIMARY KEY,
    closed_until INTEGER NOT NULL,
    rate_tat REAL NOT NULL,
    command_token TEXT
  ) STRICT`,
  `DROP INDEX safelight_generations_due`,
  `CREATE INDEX safelight_generations_due ON safelight_generations (due_at)
    WHERE due_at IS NOT NULL AND NOT (state IN ('queued', 'retry_wait') AND leased = 0 AND due_at <= touched_at)`,
  `CREATE INDEX safelight_generations_waiting ON safelight_generations (gate, rank)
    WHERE state IN ('queued', 'retry_wait') AND leased = 0 AND due_at <= touched_at`,
  // Next due time of a model, without generations that wait at a gate.
  `DROP INDEX safelight_generations_model_due`,
  `CREATE INDEX safelight_generations_model_due ON safelight_generations (model, due_at)
    WHERE due_at IS NOT NULL
      AND NOT (gate IS NOT NULL AND state IN ('queued', 'retry_wait') AND leased = 0 AND due_at <= touched_at)`,
  // Deadlines of generations that wait at a gate: those of a full gate are not claimed otherwise.
  `CREATE INDEX safelight_generations_gate_deadline ON safelight_generations (deadline_at)
    WHERE gate IS NOT NULL AND state IN ('queued', 'retry_wait') AND leased = 0 AND due_at <= touched_at`,
  // Counts the attempts of a gate in flight.
  `CREATE INDEX safelight_generations_in_flight ON safelight_generations (gate)
    WHERE gate IS NOT NULL AND (state IN ('submitting', 'running', 'reconciling')
      OR (leased = 1 AND state IN ('queued', 'retry_wait')))`,
];

/** Indexes of the queue: one entry for each scheduled generation, and one for each that waits at a gate. */
export const queueIndexes: readonly string[] = [
  // The turns of an owner's generations with an earliest start.
  `CREATE INDEX safelight_generations_scheduled ON safelight_generations (owner_id, rank)
    WHERE not_before IS NOT NULL AND finished_at IS NULL`,
  // The models that wait at a gate.
  `CREATE INDEX safelight_generations_gate_model ON safelight_generations (gate, model, due_at)
    WHERE gate IS NOT NULL AND state IN ('queued', 'retry_wait') AND leased = 0 AND due_at <= touched_at`,
];

/** Whether an owner has a waiting generation, however many others are active: their submits continue the owner's turns. */
export const waitingOwners: readonly string[] = [
  `CREATE INDEX safelight_generations_owner_waiting ON safelight_generations (owner_id)
    WHERE state IN ('queued', 'retry_wait') AND leased = 0 AND due_at <= touched_at`,
];

/** Adds the turn from which later submits continue, so that they follow the owner's waiting generations only. */
export const waitingTurns: readonly string[] = [
  // The rank without its priority. 0 for scheduled generations and for those of older releases: they do not count.
  `ALTER TABLE safelight_generations ADD COLUMN turn INTEGER NOT NULL DEFAULT 0`,
  `UPDATE safelight_generations INDEXED BY safelight_generations_owner_waiting SET turn = rank
    WHERE not_before IS NULL AND state IN ('queued', 'retry_wait') AND leased = 0 AND due_at <= touched_at`,
  // Keeps its name, which older releases use in their hints.
  `DROP INDEX safelight_generations_owner_waiting`,
  `CREATE INDEX safelight_generations_owner_waiting ON safelight_generations (owner_id, turn)
    WHERE state IN ('queued', 'retry_wait') AND leased = 0 AND due_at <= touched_at`,
];

/** Adds the capacity of an abandoned job: it counts at the gate of its attempt, although its generation has ended. */
export const abandonedCapacity: readonly string[] = [
  // The gate of the generation at the intent.
  "ALTER TABLE safelight_attempts ADD COLUMN gate TEXT",
  // Of an item that cancels a job: the gate at which the job counts, null if it does not; the time until which it counts at
  // most; and the token of its attempt.
  "ALTER TABLE safelight_outbox ADD COLUMN gate TEXT",
  "ALTER TABLE safelight_outbox ADD COLUMN capacity_until INTEGER",
  "ALTER TABLE safelight_outbox ADD COLUMN capacity_token TEXT",
  // Counts the abandoned jobs of a gate.
  "CREATE INDEX safelight_outbox_capacity ON safelight_outbox (gate, capacity_until, created_at) WHERE gate IS NOT NULL",
];

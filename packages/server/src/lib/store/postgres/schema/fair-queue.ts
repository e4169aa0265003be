/**
 * A generation is *waiting* if no worker has it, no provider has its attempt, and it was due when it was
 * last written. Waiting generations have an index by gate and rank, and all others one by due time.
 */
export const fairQueue: readonly string[] = [
  // `gate`: the limit key of the provider of the next or current attempt; null for no limit. `rank`: the place in the
  // queue, in epoch milliseconds, written once.
  `ALTER TABLE @generations ADD COLUMN gate text COLLATE "C"`,
  `ALTER TABLE @generations ADD COLUMN rank bigint NOT NULL DEFAULT 0`,
  // Rank of the owner's last submit, without its priority.
  `ALTER TABLE @owners ADD COLUMN turn_at bigint NOT NULL DEFAULT 0`,
  // `rate_tat`: theoretical arrival time of GCRA. The limits themselves are options of the host.
  `CREATE TABLE @gates (
    key text COLLATE "C" PRIMARY KEY,
    closed_until bigint NOT NULL,
    rate_tat double precision NOT NULL,
    command_token text
  )`,
  `DROP INDEX @generations_due`,
  `CREATE INDEX @generations_due ON @generations (due_at)
    WHERE due_at IS NOT NULL AND NOT (state IN ('queued', 'retry_wait') AND leased = 0 AND due_at <= touched_at)`,
  `CREATE INDEX @generations_waiting ON @generations (gate, rank)
    WHERE state IN ('queued', 'retry_wait') AND leased = 0 AND due_at <= touched_at`,
  // Next due time of a model, without generations that wait at a gate. A condition that always holds, here and below: the
  // planner, which takes a table that has just filled for an empty one, may use the index only for reads that repeat it.
  `DROP INDEX @generations_model_due`,
  `CREATE INDEX @generations_model_due ON @generations (model, due_at)
    WHERE model > '' AND due_at IS NOT NULL
      AND NOT (gate IS NOT NULL AND state IN ('queued', 'retry_wait') AND leased = 0 AND due_at <= touched_at)`,
  // Deadlines of generations that wait at a gate: those of a full gate are not claimed otherwise.
  `CREATE INDEX @generations_gate_deadline ON @generations (deadline_at)
    WHERE deadline_at > 0 AND gate IS NOT NULL AND state IN ('queued', 'retry_wait') AND leased = 0
      AND due_at <= touched_at`,
  // Counts the attempts of a gate in flight.
  `CREATE INDEX @generations_in_flight ON @generations (gate)
    WHERE gate IS NOT NULL AND (state IN ('submitting', 'running', 'reconciling')
      OR (leased = 1 AND state IN ('queued', 'retry_wait')))`,
];

/** Indexes of the queue: one entry for each scheduled generation, and one for each that waits at a gate. */
export const queueIndexes: readonly string[] = [
  // The turns of an owner's generations with an earliest start.
  `CREATE INDEX @generations_scheduled ON @generations (owner_id, rank)
    WHERE not_before IS NOT NULL AND finished_at IS NULL`,
  // The models that wait at a gate. The condition on the model has the spelling of its reads only.
  `CREATE INDEX @generations_gate_model ON @generations (gate, model, due_at)
    WHERE model > '' AND gate IS NOT NULL AND state IN ('queued', 'retry_wait') AND leased = 0
      AND due_at <= touched_at`,
];

/** Whether an owner has a waiting generation, however many others are active: their submits continue the owner's turns. */
export const waitingOwners: readonly string[] = [
  // The condition on the owner has the spelling of this read only.
  `CREATE INDEX @generations_owner_waiting ON @generations (owner_id)
    WHERE owner_id > '' AND state IN ('queued', 'retry_wait') AND leased = 0 AND due_at <= touched_at`,
];

/** Adds the turn from which later submits continue, so that they follow the owner's waiting generations only. */
export const waitingTurns: readonly string[] = [
  // The rank without its priority. 0 for scheduled generations and for those of older releases: they do not count.
  `ALTER TABLE @generations ADD COLUMN turn bigint NOT NULL DEFAULT 0`,
  `UPDATE @generations SET turn = rank
    WHERE not_before IS NULL AND state IN ('queued', 'retry_wait') AND leased = 0 AND due_at <= touched_at`,
  `DROP INDEX @generations_owner_waiting`,
  `CREATE INDEX @generations_owner_waiting ON @generations (owner_id, turn)
    WHERE owner_id > '' AND state IN ('queued', 'retry_wait') AND leased = 0 AND due_at <= touched_at`,
];

/** Adds the capacity of an abandoned job: it counts at the gate of its attempt, although its generation has ended. */
export const abandonedCapacity: readonly string[] = [
  // The gate of the generation at the intent.
  'ALTER TABLE @attempts ADD COLUMN gate text COLLATE "C"',
  // Of an item that cancels a job: the gate at which the job counts, null if it does not; the time until which it counts at
  // most; and the token of its attempt.
  'ALTER TABLE @outbox ADD COLUMN gate text COLLATE "C"',
  "ALTER TABLE @outbox ADD COLUMN capacity_until bigint",
  'ALTER TABLE @outbox ADD COLUMN capacity_token text COLLATE "C"',
  // Counts the abandoned jobs of a gate.
  "CREATE INDEX @outbox_capacity ON @outbox (gate, capacity_until, created_at) WHERE gate IS NOT NULL",
];

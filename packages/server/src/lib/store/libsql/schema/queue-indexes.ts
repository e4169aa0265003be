/** Indexes of the queue: one entry for each scheduled generation, and one for each that waits at a gate. */
export const queueIndexes: readonly string[] = [
  // The turns of an owner's generations with an earliest start.
  `CREATE INDEX safelight_generations_scheduled ON safelight_generations (owner_id, rank)
    WHERE not_before IS NOT NULL AND finished_at IS NULL`,
  // The models that wait at a gate.
  `CREATE INDEX safelight_generations_gate_model ON safelight_generations (gate, model, due_at)
    WHERE gate IS NOT NULL AND state IN ('queued', 'retry_wait') AND leased = 0 AND due_at <= touched_at`,
];

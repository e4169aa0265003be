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

/** Actions of operators, each written by the commit of its effect. Immutable once released. */
export const operatorActionsTable: readonly string[] = [
  `CREATE TABLE safelight_operator_actions (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        subject TEXT NOT NULL,
        reason TEXT NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'unchanged')),
        state_before TEXT,
        state_after TEXT,
        created_at INTEGER NOT NULL
      ) STRICT`,
  `CREATE INDEX safelight_operator_actions_subject ON safelight_operator_actions (subject, position)`,
];

/** `bulk_ids`: JSON list of the generations of a bulk. The index finds the generation of a file. Immutable once released. */
export const operatorBulksAndFiles: readonly string[] = [
  `ALTER TABLE safelight_operator_actions ADD COLUMN bulk_ids TEXT`,
  `CREATE INDEX safelight_outputs_sha256 ON safelight_outputs (sha256, generation_id, "index")`,
];

/** The result of the latest cancel of an attempt's job, for operators; NULL if no cancel was sent. Immutable once released. */
export const jobCancels: readonly string[] = ["ALTER TABLE safelight_attempts ADD COLUMN job_cancel TEXT"];

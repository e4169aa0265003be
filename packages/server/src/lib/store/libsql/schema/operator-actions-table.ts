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

import { DatabaseSync } from "node:sqlite";

/** As many as the operator page reads. */
const activeCount = 20_000;

/** Shares of them, in thousandths: those without a gate that wait, those that wait at a busy gate, and those that run. */
const shares = { waiting: 600, atGate: 200, running: 150 } as const;

const isRunning = `n < ${shares.running}`;
const isAtGate = `n >= ${shares.running} AND n < ${shares.running + shares.atGate}`;
const isWaiting = `n < ${shares.running + shares.atGate + shares.waiting}`;

/**
 * Makes the newest generations of a filled database active, up to `activeCount`. Most have waited for up to ten minutes, some run
 * for a minute, and the rest is scheduled. Their ledger is not changed, so the database is for reads only.
 */
export function activateGenerations(file: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec("PRAGMA synchronous = OFF");
    database.exec(`CREATE TEMP TABLE chosen AS SELECT rowid AS position, rowid % 1000 AS n
      FROM safelight_generations WHERE owner_id <> 'heavy' ORDER BY id DESC LIMIT ${activeCount}`);
    database.exec(`UPDATE safelight_generations SET finished_at = NULL, failure_code = NULL, seen_at = NULL, leased = 0,
        gate = iif(${isAtGate} OR n % 100 = 0, 'busy', NULL),
        state = iif(${isRunning}, 'running', 'queued'),
        due_at = now.ms + iif(${isRunning} OR NOT (${isWaiting}), 86400000, -(position % 600000)),
        touched_at = now.ms, deadline_at = now.ms + 172800000,
        started_at = iif(${isRunning}, now.ms - 60000, NULL)
      FROM temp.chosen, (SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS ms) now
      WHERE safelight_generations.rowid = chosen.position`);
  } finally {
    database.close();
  }
}

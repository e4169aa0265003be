import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { libsqlStore } from "./libsql-store.js";
import { eraseOwnerStatements } from "./statements/erase.js";

const entries = 50_000;
const folder = await tempFolder("erase", afterAll);
const batch = { ownerId: "ann", pseudonym: "deleted_1", limit: 1, now: null, aheadMs: 0 };

/** An account with many entries, whose owner has more generations than one commit erases. */
const fill = [
  `INSERT INTO safelight_accounts (id, balance, initial, created_at) VALUES ('ann', ${entries}, 0, 0)`,
  `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${entries})
   INSERT INTO safelight_ledger_entries (account_id, kind, amount, key, created_at)
   SELECT 'ann', 'grant', 1, 'host:' || n, 0 FROM numbers`,
  `INSERT INTO safelight_owners (id, sequence, log_start, rate_tat, refund_tat, touched_at, created_at)
   VALUES ('ann', 3, 0, 0, 0, 0, 0)`,
  `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 3)
   INSERT INTO safelight_generations (id, owner_id, account_id, refund_account_id, model, kind, state, version, sequence, epoch,
     command_token, leased, woken, expired_leases, attempts, max_attempts, deadline_at, requested_outputs, storage_prefix,
     progress_source, credits, refunded_credits, drop_on_cancel, created_at, touched_at, finished_at)
   SELECT 'gen_' || n, 'ann', 'ann', NULL, 'demo', 'image', 'canceled', 1, n, 0, 'token', 0, 0, 0, 0, 1, 0, 1, 'prefix',
     'none', 0, 0, 0, 0, 0, 0 FROM numbers`,
];

describe("a commit that deletes a part of an owner", () => {
  let database: Database.Database;

  beforeAll(async () => {
    const path = join(folder, "test.db");
    const store = libsqlStore({ url: `file:${path}` });
    await store.migrate();
    await store.close();
    database = new Database(path);
    for (const sql of fill) database.exec(sql);
  });

  afterAll(() => void database.close());

  it("does not read the ledger, which only the last commit changes", () => {
    const readLedger = "SELECT count(generation_id) FROM safelight_ledger_entries WHERE account_id = :ownerId";
    const whole = minCpu(() => database.prepare(readLedger).all({ ownerId: batch.ownerId }));
    for (const sql of eraseOwnerStatements.slice(0, -1)) {
      const args = Object.entries(batch).filter(([name]) => sql.includes(`:${name}`));
      const took = minCpu(() => {
        database.exec("BEGIN");
        database.prepare(sql).run(Object.fromEntries(args));
        database.exec("ROLLBACK");
      });
      expect(took, sql).toBeLessThan(whole / 4);
    }
  });
});

/** Min CPU time of several runs, in microseconds. Unlike a duration, it does not depend on other processes. */
function minCpu(work: () => unknown): number {
  const times = Array.from({ length: 8 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...times);
}

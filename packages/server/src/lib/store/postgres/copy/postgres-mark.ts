import type { CopyMarkLock } from "../../copy/copied-database.js";
import { unfinishedCopyId } from "../../schema/next-migration.js";
import { withNames } from "../text/names.js";
import type { CopiedPostgresPool } from "./copied-postgres-pool.js";
import { createCopyGuard, dropCopyGuard, enterCopyTransaction, openCopyGuard } from "./freeze-statements.js";
import { inTransaction, tryEach } from "./in-transaction.js";

/** The mark of an unfinished copy in Postgres. */
export function postgresMark(database: CopiedPostgresPool): CopyMarkLock {
  const { names, pool } = database;
  return {
    async replace({ expected, next }) {
      // One transaction: with the mark, the triggers are complete.
      await inTransaction(pool, async (client) => {
        const query = (text: string, values: readonly string[] = []) =>
          client.query(withNames(text, names), [...values]);
        await query("SET LOCAL lock_timeout = '5s'");
        const { rows } = await query(`SELECT hash FROM @migrations WHERE id = ${unfinishedCopyId} FOR UPDATE`);
        if ((rows[0]?.hash ?? null) !== expected) throw database.takenOver();
        await query(enterCopyTransaction, [expected ?? ""]);
        await query(`DELETE FROM @migrations WHERE id = ${unfinishedCopyId}`);
        if (next !== null) {
          await query(
            `INSERT INTO @migrations (id, name, needs, hash, applied_at)
             VALUES (${unfinishedCopyId}, $1, ${unfinishedCopyId}, $2, 0)`,
            [next.timeline, next.run],
          );
        }
        const statements = next === null ? [openCopyGuard(names)] : createCopyGuard(next.run, names);
        for (const statement of statements) await query(statement);
      });
      // A statement that reads the new database delays this, but not the move: triggers that stay let all writes pass.
      if (next === null) await tryEach(pool, dropCopyGuard(names));
    },
  };
}

import { hash } from "node:crypto";
import { and, eq, gte, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { Pool } from "pg";
import { fromDrizzle, PgBoss } from "pg-boss";
import { serveHost } from "../../submit/serve-host.ts";
import { submitRoute } from "../../submit/submit-route.ts";
import { price } from "../../submit/traffic.ts";
import { accounts, createTables, ledgerEntries, readBalances, submissions } from "./postgres-tables.ts";

/** A query of drizzle, such as an insert. */
interface Query<Rows> extends PromiseLike<Rows> {
  prepare(name: string): { execute(): Promise<Rows> };
}

/**
 * A job per submit, sent in the transaction that takes the credits: https://pgboss.io/api/adapters. Tuned, it has more
 * connections, the instance only sends, and drizzle's statements are named, so that Postgres plans them once per
 * connection: https://orm.drizzle.team/docs/perf-queries. drizzle still builds them for each submit, since a prepared query
 * belongs to the connection of one transaction.
 */
serveHost(async ({ isTuned, url }) => {
  const pool = new Pool({ connectionString: url, ...(isTuned && { max: 24 }) });
  await createTables(pool);
  const boss = new PgBoss({ connectionString: url, ...(isTuned && { supervise: false, schedule: false }) });
  boss.on("error", console.error);
  await boss.start();
  await boss.createQueue("poster");
  const db = drizzle({ client: pool });
  const run = <Rows>(name: string, query: Query<Rows>): PromiseLike<Rows> =>
    isTuned ? query.prepare(name).execute() : query;

  const route = submitRoute(({ body, id, input, key, owner }) =>
    db.transaction(async (tx) => {
      const submission = { owner, key, fingerprint: hash("sha256", body), generation: id };
      const fresh = await run(
        "submission",
        tx
          .insert(submissions)
          .values(submission)
          .onConflictDoNothing()
          .returning({ generation: submissions.generation }),
      );
      if (fresh.length === 0) throw new Error(`The key ${key} is already used.`);
      const [account] = await run(
        "debit",
        tx
          .update(accounts)
          .set({ balance: sql`${accounts.balance} - ${price}::integer`, sequence: sql`${accounts.sequence} + 1` })
          .where(and(eq(accounts.id, owner), gte(accounts.balance, price)))
          .returning({ balance: accounts.balance, sequence: accounts.sequence }),
      );
      if (account === undefined) throw new Error(`The balance of ${owner} is below ${price} credits.`);
      await run("entry", tx.insert(ledgerEntries).values({ account: owner, generation: id, amount: -price }));
      await boss.send("poster", { owner, input }, { id, db: fromDrizzle(tx, sql) });
      return account;
    }),
  );
  return {
    fetch: route.fetch,
    async readTotals() {
      const { rows } = await pool.query(`
        SELECT (SELECT count(*) FROM pgboss.job WHERE name = 'poster') AS jobs,
          (SELECT count(*) FROM submissions) AS keys, (SELECT count(*) FROM ledger_entries) AS entries`);
      const [{ entries, jobs, keys }] = rows;
      const isWhole = entries === jobs && keys === jobs;
      const faults = isWhole ? [] : [`${jobs} jobs, ${keys} keys, ${entries} entries`];
      return { submits: Number(jobs), balances: await readBalances(pool), faults };
    },
  };
});

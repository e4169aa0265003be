import type { Pool, QueryConfig } from "pg";
import { accountIds, creditsOfOne, initialCredits, type Totals } from "../../life/workload.ts";

/** Creates the ledger and the attempts of a host that queues in Postgres. */
export async function createLedger(pool: Pool): Promise<void> {
  await pool.query(`
    CREATE TABLE accounts (id text PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0));
    CREATE TABLE ledger_entries (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      account_id text NOT NULL,
      generation_id uuid NOT NULL,
      kind text NOT NULL,
      amount bigint NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (generation_id, kind)
    );
    CREATE TABLE attempts (
      generation_id uuid PRIMARY KEY,
      token uuid NOT NULL,
      started_at timestamptz NOT NULL DEFAULT now(),
      outputs jsonb
    )`);
  await pool.query("INSERT INTO accounts SELECT id, $1 FROM unnest($2::text[]) AS id", [initialCredits, accountIds]);
}

const paid = `paid AS (
    UPDATE accounts SET balance = balance - ${creditsOfOne} WHERE id = $1 RETURNING id
  )`;

const insertDebit = `INSERT INTO ledger_entries (account_id, generation_id, kind, amount)
  SELECT id, $2::uuid, 'debit', -${creditsOfOne} FROM paid`;

/** Takes the credits; fails with its transaction if the balance is too low. */
export const debit = (accountId: string, generationId: string): QueryConfig => ({
  name: "debit",
  text: `WITH ${paid} ${insertDebit}`,
  values: [accountId, generationId],
});

/** As `debit`, and queues the generation in the same statement: one commit, one round trip. */
export const debitAndAddJob = (
  accountId: string,
  { generationId, payload }: { readonly generationId: string; readonly payload: object },
): QueryConfig => ({
  name: "debit and add job",
  text: `WITH ${paid}, entry AS (${insertDebit} RETURNING generation_id)
    SELECT graphile_worker.add_job('image', $3::json) FROM entry`,
  values: [accountId, generationId, JSON.stringify(payload)],
});

/** Records the intents before the paid requests. */
export const intend = (generationIds: readonly string[], tokens: readonly string[]): QueryConfig => ({
  name: "intend",
  text: "INSERT INTO attempts (generation_id, token) SELECT * FROM unnest($1::uuid[], $2::uuid[])",
  values: [generationIds, tokens],
});

/** Stores the results after the paid requests. */
export const keepResults = (generationIds: readonly string[], outputs: string): QueryConfig => ({
  name: "keep results",
  text: "UPDATE attempts SET outputs = $2::jsonb WHERE generation_id = ANY ($1::uuid[])",
  values: [generationIds, outputs],
});

const captureSql = `INSERT INTO ledger_entries (account_id, generation_id, kind, amount)
  SELECT account_id, generation_id, 'capture', 0 FROM ledger_entries WHERE kind = 'debit' AND generation_id = ANY`;

/** Resolves the debits. */
export const capture = (generationIds: readonly string[]): QueryConfig => ({
  name: "capture",
  text: `${captureSql} ($1::uuid[])`,
  values: [generationIds],
});

/** `keepResults` and `capture` in one statement, for a queue that completes in its own transaction. */
export const keepResultAndCapture = (generationId: string, outputs: string): QueryConfig => ({
  name: "keep result and capture",
  text: `WITH kept AS (UPDATE attempts SET outputs = $2::jsonb WHERE generation_id = $1::uuid RETURNING generation_id)
    ${captureSql} (ARRAY(SELECT generation_id FROM kept))`,
  values: [generationId, outputs],
});

/** @param completed SQL that counts the completed jobs of the queue. */
export async function readTotals(pool: Pool, completed: string): Promise<Totals> {
  const { rows } = await pool.query(`SELECT
    least((${completed}), (SELECT count(*) FROM attempts WHERE outputs IS NOT NULL))::int AS completed,
    (SELECT count(*) FROM ledger_entries WHERE kind = 'debit')::int AS debits,
    (SELECT count(*) FROM ledger_entries WHERE kind = 'capture')::int AS captures,
    (SELECT sum(balance) FROM accounts)::int AS balance`);
  return rows[0];
}

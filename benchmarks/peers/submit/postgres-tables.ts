import { bigserial, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { Pool } from "pg";
import { initialBalance, ownerCount } from "../../submit/traffic.ts";

export const accounts = pgTable("accounts", {
  id: text().primaryKey(),
  balance: integer().notNull(),
  sequence: integer().notNull(),
});

/** Used idempotency keys. */
export const submissions = pgTable(
  "submissions",
  {
    owner: text().notNull(),
    key: text().notNull(),
    fingerprint: text().notNull(),
    generation: uuid().notNull(),
  },
  ({ key, owner }) => [primaryKey({ columns: [owner, key] })],
);

export const ledgerEntries = pgTable("ledger_entries", {
  id: bigserial({ mode: "number" }).primaryKey(),
  account: text().notNull(),
  generation: uuid().notNull(),
  amount: integer().notNull(),
});

/** The generations of a template without a queue. */
export const generations = pgTable("generations", {
  id: uuid().primaryKey(),
  owner: text().notNull(),
  input: jsonb().notNull(),
  status: text().notNull(),
  createdAt: timestamp("created_at").notNull().defaultNow(),
});

/** The tables as drizzle-kit would create them, and the accounts of all owners. */
export async function createTables(pool: Pool): Promise<void> {
  await pool.query(`
    CREATE TABLE accounts (id text PRIMARY KEY, balance integer NOT NULL, sequence integer NOT NULL);
    CREATE TABLE submissions (owner text NOT NULL, key text NOT NULL, fingerprint text NOT NULL,
      generation uuid NOT NULL, PRIMARY KEY (owner, key));
    CREATE TABLE ledger_entries (id bigserial PRIMARY KEY, account text NOT NULL, generation uuid NOT NULL,
      amount integer NOT NULL);
    CREATE TABLE generations (id uuid PRIMARY KEY, owner text NOT NULL, input jsonb NOT NULL, status text NOT NULL,
      created_at timestamp NOT NULL DEFAULT now());
    CREATE INDEX ON ledger_entries (account, id);
    CREATE INDEX ON generations (owner, created_at);`);
  await pool.query(
    `INSERT INTO accounts SELECT 'owner-' || number, ${initialBalance}, 0 FROM generate_series(0, ${ownerCount - 1}) number`,
  );
}

/** Balances of all owners, in order. */
export async function readBalances(pool: Pool): Promise<readonly number[]> {
  const { rows } = await pool.query("SELECT balance FROM accounts ORDER BY substr(id, 7)::integer");
  return rows.map(({ balance }) => Number(balance));
}

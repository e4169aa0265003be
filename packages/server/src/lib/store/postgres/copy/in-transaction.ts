import type { Pool, PoolClient } from "pg";

/** Runs a transaction. */
export async function inTransaction(pool: Pool, run: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await run(client);
    await client.query("COMMIT");
    client.release();
  } catch (error) {
    // Closes the connection, and with it the transaction.
    client.release(true);
    throw error;
  }
}

/** Runs each statement in its own transaction, until one fails or waits for a lock for a second. */
export async function tryEach(pool: Pool, statements: readonly string[]): Promise<void> {
  try {
    for (const statement of statements) {
      await inTransaction(pool, async (client) => {
        await client.query("SET LOCAL lock_timeout = '1s'");
        await client.query(statement);
      });
    }
  } catch {
    // The next copy removes the rest.
  }
}

import type pg from "pg";

/** Both results of two commands that ran at the same time. */
export interface Interleaved<First, Second> {
  readonly first: First;
  readonly second: Second;
  /** Whether the second command waited for a lock of the first. */
  readonly hasWaited: boolean;
}

/**
 * Runs a command in an open transaction, and starts another one beside it. Commits the first as soon as the second waits
 * for a lock, or has ended.
 *
 * @param options.pool has a free connection for each of the two commands, and one more.
 */
export async function interleave<First, Second>({
  first,
  pool,
  second,
}: {
  readonly pool: pg.Pool;
  readonly first: (connection: pg.PoolClient) => Promise<First>;
  readonly second: (connection: pg.PoolClient) => Promise<Second>;
}): Promise<Interleaved<First, Second>> {
  const [holder, other] = [await pool.connect(), await pool.connect()];
  let isClean = false;
  try {
    const [held, waiting] = [await pidOf(holder), await pidOf(other)];
    await holder.query("BEGIN");
    const result = await first(holder);
    let hasEnded = false;
    const running = second(other).finally(() => {
      hasEnded = true;
    });
    // A rejection is reported below, after the commit.
    running.catch(() => {});
    const waits = async () =>
      (await pool.query("SELECT 1 WHERE $1 = ANY (pg_blocking_pids($2))", [held, waiting])).rowCount === 1;
    let hasWaited = false;
    while (!hasEnded && !hasWaited) hasWaited = await waits();
    await holder.query("COMMIT");
    const results = { first: result, second: await running, hasWaited };
    isClean = true;
    return results;
  } finally {
    // A connection that may have an open transaction is closed.
    for (const client of [holder, other]) client.release(!isClean);
  }
}

async function pidOf(connection: pg.PoolClient): Promise<number | undefined> {
  return (await connection.query<{ pid: number }>("SELECT pg_backend_pid() AS pid")).rows[0]?.pid;
}

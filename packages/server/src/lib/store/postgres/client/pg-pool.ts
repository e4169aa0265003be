import { NoResponse } from "../../calls/call-queue.js";
import { type CancelableConnection, cancelStatement } from "./cancel-statement.js";
import type { JsonRow, SendStatement, StatementValue } from "./send-statement.js";
import { endsConnection } from "./sql-state.js";

interface Queryable {
  query(query: {
    text: string;
    values: StatementValue[];
    /** Without a name, the server parses and plans the text each time. */
    name?: string;
    query_timeout: number;
  }): Promise<{ rows: readonly unknown[] }>;
}

/** A pool of `pg`. */
interface Pool extends Queryable {
  readonly totalCount: number;
  connect(): Promise<PooledConnection>;
  on(event: "error", listener: () => void): unknown;
}

interface PooledConnection extends Queryable, CancelableConnection {
  on(event: "error", listener: () => void): unknown;
  off(event: "error", listener: () => void): unknown;
  release(isBroken: boolean): void;
}

export function isPool(client: object): client is Pool {
  return "totalCount" in client && typeof client.totalCount === "number";
}

/**
 * A statement that exceeds its timeout costs its connection, so that a connection that never responds is replaced. An
 * error of the statement alone leaves the connection in the pool, since the next one would plan all statements again. A
 * statement that gets a connection too late is not sent: statements of the host and long reads use the same connections,
 * and the pool never takes one of them back.
 */
export function sendToPool(pool: Pool): SendStatement {
  keepAlive(pool);
  return async ({ isGivenUp, name, text, timeoutMs, values }) => {
    const deadline = performance.now() + timeoutMs;
    const connection = await pool.connect();
    // The query rejects, too.
    connection.on("error", ignore);
    let isBroken = false;
    try {
      if (isGivenUp()) throw new NoResponse(`no connection of the pool within ${Math.ceil(timeoutMs)} ms`);
      const restMs = Math.max(Math.ceil(deadline - performance.now()), 1);
      const query = { text, values: [...values], query_timeout: restMs, ...(name !== null && { name }) };
      // The cast is safe: each statement of the store selects the one column `j`, or returns no row.
      return (await connection.query(query)).rows as readonly JsonRow[];
    } catch (error) {
      isBroken = !(error instanceof NoResponse) && endsConnection(error);
      // The server does not notice that a connection was closed while its statement waits, for example for a lock: the
      // statements of an outage would use up the connections of the server.
      if (isBroken && performance.now() >= deadline - earlyTimerMs) await cancelStatement(connection);
      throw error;
    } finally {
      connection.release(isBroken);
      connection.off("error", ignore);
    }
  };
}

/** Timers count whole milliseconds from the start of a turn of the event loop, so they may fire too early. */
const earlyTimerMs = 20;

function ignore(): void {}

const keptAlive = new WeakSet<Pool>();

/**
 * A pool emits `error` when the server ends an idle connection, as at each restart: without a listener, Node ends the
 * process. The pool has already removed the connection.
 */
function keepAlive(pool: Pool): void {
  if (keptAlive.has(pool)) return;
  keptAlive.add(pool);
  pool.on("error", ignore);
}

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
 * A statement that times out closes its connection, because the server may never respond. Other SQL errors keep the
 * connection and its prepared statements. A statement whose caller has stopped waiting is not sent.
 */
export function sendToPool(pool: Pool): SendStatement {
  ignoreIdleErrors(pool);
  return async ({ isAbandoned, name, text, timeoutMs, values }) => {
    const deadline = performance.now() + timeoutMs;
    const connection = await pool.connect();
    // A lost socket also rejects the query: this listener only prevents an uncaught `error` event.
    connection.on("error", ignore);
    let isBroken = false;
    try {
      if (isAbandoned()) throw new NoResponse(`no connection of the pool within ${Math.ceil(timeoutMs)} ms`);
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

const listened = new WeakSet<object>();

/**
 * A pool emits `error` when the server ends an idle connection, as at each restart: without a listener, Node ends the
 * process. The pool has already removed the connection, and the next statement opens another one.
 */
export function ignoreIdleErrors(pool: Pick<Pool, "on">): void {
  if (listened.has(pool)) return;
  listened.add(pool);
  pool.on("error", ignore);
}

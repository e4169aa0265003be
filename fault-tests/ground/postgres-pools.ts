import type { Pool } from "pg";

/** Max connections of one store. Each new one plans every function on first use. */
const maxConnections = 4;

/** The pools of a database in this process. A closed store leaves its pool to the next store, with its planned functions. */
export class PostgresPools {
  readonly #server: string;
  readonly #spare = new Map<boolean, Pool[]>();

  /** @param server connection string. */
  constructor(server: string) {
    this.#server = server;
  }

  /** @param isDurable whether a commit waits for the disk. */
  async take(isDurable: boolean): Promise<Pool> {
    return this.#spare.get(isDurable)?.pop() ?? openPool(this.#server, isDurable);
  }

  /** Returns a pool that no call uses any more. */
  give(pool: Pool, isDurable: boolean): void {
    this.#spare.set(isDurable, [...(this.#spare.get(isDurable) ?? []), pool]);
  }

  /** Closes the pools that no store uses. */
  async close(): Promise<void> {
    const pools = [...this.#spare.values()].flat();
    this.#spare.clear();
    await Promise.all(pools.map((pool) => pool.end()));
  }
}

/** Loads the driver on first use: most processes of the proofs open a libSQL file. */
async function openPool(connectionString: string, isDurable: boolean): Promise<Pool> {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({
    connectionString,
    max: maxConnections,
    ...(!isDurable && { options: "-c synchronous_commit=off" }),
  });
  // An idle connection that breaks must not end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

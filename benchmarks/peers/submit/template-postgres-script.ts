import { eq, sql } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { Pool } from "pg";
import { serveHost } from "../../submit/serve-host.ts";
import { type Submit, submitRoute } from "../../submit/submit-route.ts";
import { price } from "../../submit/traffic.ts";
import { accounts, createTables, generations, readBalances } from "./postgres-tables.ts";

/** The statements of a template for Postgres. */
interface Statements {
  /** `undefined` when the owner has no account. */
  balanceOf(owner: string): Promise<number | undefined>;
  insert(submit: Pick<Submit, "id" | "input" | "owner">): Promise<unknown>;
  charge(owner: string): Promise<unknown>;
}

/**
 * Three statements without a transaction, as templates have them: neither a crash nor a double click is handled. Tuned, it
 * has more connections, and prepares the statements once for all submits: https://orm.drizzle.team/docs/perf-queries.
 */
serveHost(async ({ isTuned, url }) => {
  const pool = new Pool({ connectionString: url, ...(isTuned && { max: 24 }) });
  await createTables(pool);
  const db = drizzle({ client: pool });
  const statements = isTuned ? prepared(db) : built(db);
  const route = submitRoute(async ({ id, input, owner }) => {
    const balance = await statements.balanceOf(owner);
    if (balance === undefined || balance < price) throw new Error(`The balance of ${owner} is below ${price} credits.`);
    await statements.insert({ id, owner, input });
    await statements.charge(owner);
    return { balance: balance - price, sequence: null };
  });
  return {
    fetch: route.fetch,
    async readTotals() {
      const { rows } = await pool.query("SELECT count(*) AS count FROM generations");
      return { submits: Number(rows[0]?.count), balances: await readBalances(pool), faults: [] };
    },
  };
});

/** drizzle builds the SQL of each statement for each submit. */
function built(db: NodePgDatabase): Statements {
  return {
    async balanceOf(owner) {
      const [account] = await db.select({ balance: accounts.balance }).from(accounts).where(eq(accounts.id, owner));
      return account?.balance;
    },
    insert: ({ id, input, owner }) => db.insert(generations).values({ id, owner, input, status: "pending" }),
    charge: (owner) =>
      db
        .update(accounts)
        .set({ balance: sql`${accounts.balance} - ${price}` })
        .where(eq(accounts.id, owner)),
  };
}

/** The SQL is built once, and Postgres plans it once per connection. */
function prepared(db: NodePgDatabase): Statements {
  const owner = sql.placeholder("owner");
  const balance = db
    .select({ balance: accounts.balance })
    .from(accounts)
    .where(eq(accounts.id, owner))
    .prepare("balance");
  const insert = db
    .insert(generations)
    .values({ id: sql.placeholder("id"), owner, input: sql.placeholder("input"), status: "pending" })
    .prepare("insert");
  const charge = db
    .update(accounts)
    .set({ balance: sql`${accounts.balance} - ${price}::integer` })
    .where(eq(accounts.id, owner))
    .prepare("charge");
  return {
    balanceOf: async (of) => (await balance.execute({ owner: of }))[0]?.balance,
    insert: (submit) => insert.execute({ ...submit }),
    charge: (of) => charge.execute({ owner: of }),
  };
}

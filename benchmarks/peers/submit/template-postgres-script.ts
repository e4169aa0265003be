import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { Pool } from "pg";
import { serveHost } from "../../submit/serve-host.ts";
import { submitRoute } from "../../submit/submit-route.ts";
import { price } from "../../submit/traffic.ts";
import { accounts, createTables, generations, readBalances } from "./postgres-tables.ts";

/** Three statements, as templates have them: a crash or a second click in between is nobody's concern. */
serveHost(async ({ url }) => {
  const pool = new Pool({ connectionString: url });
  await createTables(pool);
  const db = drizzle({ client: pool });
  const route = submitRoute(async ({ id, input, owner }) => {
    const [account] = await db.select({ balance: accounts.balance }).from(accounts).where(eq(accounts.id, owner));
    if (account === undefined || account.balance < price) throw new Error(`${owner} has no ${price} credits.`);
    await db.insert(generations).values({ id, owner, input, status: "pending" });
    await db
      .update(accounts)
      .set({ balance: sql`${accounts.balance} - ${price}` })
      .where(eq(accounts.id, owner));
    return { balance: account.balance - price, sequence: null };
  });
  return {
    fetch: route.fetch,
    async readBooks() {
      const { rows } = await pool.query("SELECT count(*) AS count FROM generations");
      return { submits: Number(rows[0]?.count), balances: await readBalances(pool), faults: [] };
    },
  };
});

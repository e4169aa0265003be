import { and, eq, gte, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { bigint, PgDialect, pgTable, text } from "drizzle-orm/pg-core";
import { startPostgres } from "../../../../test/start-postgres.js";
import { describeSameDatabase } from "../../../../testing/same-database.js";
import { postgresStore } from "./postgres-store.js";

const server = startPostgres();
let databases = 0;

const users = pgTable("wallets", { id: text().primaryKey(), credits: bigint({ mode: "number" }).notNull() });
const accountId = sql.placeholder("accountId");
const credits = sql.placeholder("credits");

describeSameDatabase(async ({ now }) => {
  databases += 1;
  const schema = `same_database_${databases}`;
  const pool = (await server()).openPool();
  const wallets = `wallets_${databases}`;
  const store = postgresStore({ client: pool, schema, now });
  await store.migrate();
  const place = (statement: string) => statement.replaceAll("wallets", wallets);
  const { useHostBalances } = store;
  return {
    store: {
      ...store,
      useHostBalances: ({ take, give }) => useHostBalances?.({ take: place(take), give: place(give) }),
    },
    exec: (statement) => pool.query(place(statement)),
    drizzle: {
      take: drizzle
        .mock()
        .update(users)
        .set({ credits: sql`${users.credits} - ${credits}` })
        .where(and(eq(users.id, accountId), gte(users.credits, credits))),
      give: new PgDialect().sqlToQuery(
        sql`UPDATE wallets SET credits = credits + ${credits} WHERE id = ${accountId} AND 'Ada''s' <> ${"Bob's"}`,
      ),
    },
    read: async (statement) => Number((await pool.query(place(statement))).rows[0].n),
  };
});

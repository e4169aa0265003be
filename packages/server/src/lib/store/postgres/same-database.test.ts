import { startPostgres } from "../../../../test/start-postgres.js";
import { describeSameDatabase } from "../../../../testing/same-database.js";
import { postgresStore } from "./postgres-store.js";

const server = startPostgres();
let databases = 0;

describeSameDatabase(async ({ now }) => {
  databases += 1;
  const schema = `same_database_${databases}`;
  const pool = (await server()).openPool();
  const wallets = `wallets_${databases}`;
  const store = postgresStore({ client: pool, schema, now });
  await store.migrate();
  const place = (sql: string) => sql.replaceAll("wallets", wallets);
  const { useHostBalances } = store;
  return {
    store: {
      ...store,
      useHostBalances: ({ take, give }) => useHostBalances?.({ take: place(take), give: place(give) }),
    },
    exec: (sql) => pool.query(place(sql)),
    read: async (sql) => Number((await pool.query(place(sql))).rows[0].n),
  };
});

import { startPglite } from "../../../../test/start-pglite.js";
import { runStoreContract } from "../../../../testing/store-contract.js";
import { postgresStore } from "./postgres-store.js";

const database = startPglite();

runStoreContract("postgresStore", async (now) => {
  const { clear, client } = await database();
  await clear();
  return postgresStore({ client, now });
});

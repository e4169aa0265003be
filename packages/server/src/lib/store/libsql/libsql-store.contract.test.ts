import { join } from "node:path";
import { runStoreContract } from "../../../../testing/store-contract.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { libsqlStore } from "./libsql-store.js";

runStoreContract("libsqlStore", async (now) => {
  const folder = await tempFolder("store");
  return libsqlStore({ url: `file:${join(folder, "test.db")}`, now });
});

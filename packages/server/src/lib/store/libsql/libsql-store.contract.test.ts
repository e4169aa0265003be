import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runStoreContract } from "../../testing/store-contract.js";
import { libsqlStore } from "./libsql-store.js";

runStoreContract("libsqlStore", async (now) => {
  const folder = await mkdtemp(join(tmpdir(), "safelight-store-"));
  return libsqlStore({ url: `file:${join(folder, "test.db")}`, now });
});

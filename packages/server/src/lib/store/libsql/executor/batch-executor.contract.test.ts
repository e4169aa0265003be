import { join } from "node:path";
import { createClient } from "@libsql/client";
import { onTestFinished } from "vitest";
import { copyMigrated } from "../../../../../testing/copy-migrated.js";
import { runStoreContract } from "../../../../../testing/store-contract.js";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { createStore } from "../commands/create-store.js";
import { BatchExecutor } from "./batch-executor.js";

runStoreContract("a store on a client's batches", async (now) => {
  const folder = await tempFolder("batch");
  const path = join(folder, "test.db");
  await copyMigrated(path);
  const client = createClient({ url: `file:${path}` });
  const executor = new BatchExecutor({
    client,
    random: Math.random,
    busyTimeoutMs: 60_000,
    pollMs: 1_000,
  });
  onTestFinished(() => client.close());
  return createStore(executor, { identity: folder, options: { now } });
});

import { join } from "node:path";
import { createClient } from "@libsql/client";
import { describe, onTestFinished } from "vitest";
import { isLongRun } from "../../../../../test/long-run.js";
import { copyMigrated } from "../../../../../testing/copy-migrated.js";
import { describeCredits } from "../../../../../testing/store-contract/credits/credits.js";
import { describeErase } from "../../../../../testing/store-contract/owner/erase.js";
import { describeNotices } from "../../../../../testing/store-contract/owner/notices.js";
import type { CreateStore } from "../../../../../testing/store-contract/scenario.js";
import { describeIdempotency } from "../../../../../testing/store-contract/submit/idempotency.js";
import { describeClaim } from "../../../../../testing/store-contract/worker/claim.js";
import { describeWebhooks } from "../../../../../testing/store-contract/worker/webhooks.js";
import { runStoreContract } from "../../../../../testing/store-contract.js";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { createStore } from "../commands/create-store.js";
import { BatchExecutor } from "./batch-executor.js";

const createBatchStore: CreateStore = async (now) => {
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
};

const name = "a store on a client's batches";
// The statements are those of `libsqlStore`, which runs the whole contract. `libsql-client-store.remote.test.ts` runs other
// parts on this executor, and F26 compares the results of random commands on both executors.
const parts = [describeIdempotency, describeClaim, describeNotices, describeCredits, describeErase, describeWebhooks];

if (isLongRun) runStoreContract(name, createBatchStore);
else {
  describe(name, () => {
    for (const describePart of parts) describePart(createBatchStore);
  });
}

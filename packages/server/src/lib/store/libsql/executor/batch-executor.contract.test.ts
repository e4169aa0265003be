import { join } from "node:path";
import { type Client, createClient } from "@libsql/client";
import { describe, onTestFinished } from "vitest";
import { isLongRun } from "../../../../../test/long-run.js";
import { copyMigrated } from "../../../../../testing/copy-migrated.js";
import { describeDeletedContent } from "../../../../../testing/store-contract/owner/deleted-content.js";
import { describeErase } from "../../../../../testing/store-contract/owner/erase.js";
import type { CreateStore } from "../../../../../testing/store-contract/scenario.js";
import { describeIdempotency } from "../../../../../testing/store-contract/submit/idempotency.js";
import { describeClaim } from "../../../../../testing/store-contract/worker/claim.js";
import { describeProgress } from "../../../../../testing/store-contract/worker/progress.js";
import { describeRepeatedCommands } from "../../../../../testing/store-contract/worker/repeated-commands.js";
import { describeWebhooks } from "../../../../../testing/store-contract/worker/webhooks.js";
import { runStoreContract } from "../../../../../testing/store-contract.js";
import { tempFolder } from "../../../../../testing/temp-folder.js";
import { createStore } from "../commands/create-store.js";
import type { BatchClient } from "./batch-client.js";
import { BatchExecutor } from "./batch-executor.js";

/** @param batchOf the batches that the store sends. */
const createBatchStore = async (now: () => number, batchOf: (client: Client) => BatchClient = (client) => client) => {
  const folder = await tempFolder("batch");
  const path = join(folder, "test.db");
  await copyMigrated(path);
  const client = createClient({ url: `file:${path}` });
  const executor = new BatchExecutor({
    client: batchOf(client),
    random: Math.random,
    busyTimeoutMs: 60_000,
    pollMs: 1_000,
  });
  onTestFinished(() => client.close());
  return createStore(executor, { identity: folder, options: { now } });
};

/** Sends each command twice, as after a lost response. */
const createResendingStore: CreateStore = (now) =>
  createBatchStore(now, (client) => ({
    async batch(statements, mode) {
      // A repeat of timings counts twice, by its contract.
      const isResent = mode === "write" && !statements.some(({ sql }) => sql.includes("safelight_timings"));
      if (isResent) await client.batch(statements, mode);
      return client.batch(statements, mode);
    },
  }));

const name = "a store on a client's batches";
// The statements are those of `libsqlStore`, which runs the whole contract. `libsql-client-store.remote.test.ts` runs other
// parts on this executor, and F26 compares the results of random commands on both executors.
const parts = [describeIdempotency, describeClaim, describeErase, describeWebhooks];

/** The parts with commands that are refused, or that follow one another closely. */
const resentParts = [describeDeletedContent, describeProgress, describeRepeatedCommands];

if (isLongRun) {
  runStoreContract(name, createBatchStore);
  runStoreContract("a store that sends each command twice", createResendingStore);
} else {
  describe(name, () => {
    for (const describePart of parts) describePart(createBatchStore);
  });
  describe("a store that sends each command twice", () => {
    for (const describePart of resentParts) describePart(createResendingStore);
  });
}

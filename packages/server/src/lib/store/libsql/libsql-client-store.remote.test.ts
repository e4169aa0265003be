import { join } from "node:path";
import { type Client, createClient } from "@libsql/client";
import { describe, expect, it } from "vitest";
import { isLongRun } from "../../../../test/long-run.js";
import { copyMigrated } from "../../../../testing/copy-migrated.js";
import { type CreateStore, Scenario } from "../../../../testing/store-contract/scenario.js";
import { describeSubmit } from "../../../../testing/store-contract/submit/submit.js";
import { describeOutbox } from "../../../../testing/store-contract/worker/outbox.js";
import { describeSettle } from "../../../../testing/store-contract/worker/settle.js";
import { runStoreContract } from "../../../../testing/store-contract.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import type { Store } from "../../ports/store/store.js";
import { type PipelineOutcome, startLibsqlServer } from "../libsql-server/libsql-server.js";
import { createStore } from "./commands/create-store.js";
import { BatchExecutor } from "./executor/batch-executor.js";
import { libsqlClientStore } from "./libsql-client-store.js";

/** Loses two of seven pipelines, one request and one response. The store then sends the same command again. */
const createLossyStore: CreateStore = (now) => {
  const outcomes: readonly PipelineOutcome[] = [
    "respond",
    "lose_response",
    "respond",
    "respond",
    "respond",
    "lose_request",
    "respond",
  ];
  // The network works while the store checks the tables, and then behaves equally for each test.
  let count: number | null = null;
  const outcome = (): PipelineOutcome => {
    if (count === null) return "respond";
    count += 1;
    return outcomes[count % outcomes.length] ?? "respond";
  };
  return createRemoteStore(now, outcome, () => {
    count = 1;
  });
};

const name = "libsqlClientStore on a network that loses requests and responses";
// The commands that matter most if they are sent twice. The proof F24 and `pnpm prove:stores` run the whole contract.
const parts = [describeSubmit, describeSettle, describeOutbox];

if (isLongRun) runStoreContract(name, createLossyStore);
else {
  describe(name, () => {
    for (const describePart of parts) describePart(createLossyStore);
  });
}

it("migrates an empty database on a server, and sends each command once when nothing is lost", async () => {
  let pipelines = 0;
  const outcome = (): PipelineOutcome => {
    pipelines += 1;
    return "respond";
  };
  const server = await startLibsqlServer({ path: join(await tempFolder("remote"), "test.db"), outcome });
  const client = createClient({ url: server.url });
  const store = await libsqlClientStore({ client });
  await store.migrate();
  expect(await new Scenario(store).accepted()).toMatch(/^gen_/);
  expect(await store.audit()).toEqual([]);
  pipelines = 0;
  await store.readEntryKey();
  await store.get({ ownerId: "ada", id: "gen_00000000-0000-7000-8000-000000000001" });
  expect(pipelines).toBe(2);
  await store.close();
  client.close();
  await server.close();
});

async function createRemoteStore(
  now: () => number,
  outcome: () => PipelineOutcome,
  onMigrated = () => {},
): Promise<Store> {
  const path = join(await tempFolder("remote"), "test.db");
  // Over HTTP, all migrations take longer than most tests.
  await copyMigrated(path);
  const server = await startLibsqlServer({ path, outcome });
  const client = createClient({ url: server.url });
  const store = storeOf(client, now);
  return {
    ...store,
    async migrate() {
      await store.migrate();
      onMigrated();
    },
    async close() {
      await store.close();
      client.close();
      await server.close();
    },
  };
}

/** As `libsqlClientStore` creates it for a remote client, but with a timeout above 5 seconds for slow machines. */
function storeOf(client: Client, now: () => number): Store {
  const options = { client, random: Math.random, busyTimeoutMs: 60_000, pollMs: 1_000 };
  return createStore(new BatchExecutor(options), { identity: client.protocol, options: { now } });
}

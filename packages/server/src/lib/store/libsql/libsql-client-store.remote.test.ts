import { join } from "node:path";
import { createClient } from "@libsql/client";
import type { Store } from "../../ports/store.js";
import { type Fate, startLibsqlServer } from "../../testing/libsql-server/start-libsql-server.js";
import { runStoreContract } from "../../testing/store-contract.js";
import { tempFolder } from "../../testing/temp-folder.js";
import { libsqlClientStore } from "./libsql-client-store.js";

runStoreContract("libsqlClientStore on a server", (now) => createRemoteStore(now, () => "answer"));

/** Two of seven pipelines are lost, before they are run or with their answer: the same command is then sent again. */
runStoreContract("libsqlClientStore on a network that loses requests and answers", (now) => {
  const fates: readonly Fate[] = ["answer", "lose_answer", "answer", "answer", "answer", "lose_request", "answer"];
  // The network is good while tables are made, and then the same for each test, however many tables there are.
  let count: number | null = null;
  const fate = (): Fate => {
    if (count === null) return "answer";
    count += 1;
    return fates[count % fates.length] ?? "answer";
  };
  return createRemoteStore(now, fate, () => {
    count = 1;
  });
});

async function createRemoteStore(now: () => number, fate: () => Fate, onMigrated = () => {}): Promise<Store> {
  const folder = await tempFolder("remote");
  const server = await startLibsqlServer({ path: join(folder, "test.db"), fate });
  const client = createClient({ url: server.url });
  const store = await libsqlClientStore({ client, now });
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

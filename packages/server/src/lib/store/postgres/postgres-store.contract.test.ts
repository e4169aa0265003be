import { beforeEach } from "vitest";
import { startPglite } from "../../../../test/start-pglite.js";
import { runStoreContract } from "../../../../testing/store-contract.js";
import type { Store } from "../../ports/store/store.js";
import { unwritten } from "./commands/unwritten-commands.js";
import { postgresStore } from "./postgres-store.js";

const database = startPglite();

let skipTest: (note: string) => never;
beforeEach(({ skip }) => {
  skipTest = skip;
});

/** Skips a test as soon as it calls a command that does not exist yet. */
function withoutUnwritten(store: Store): Store {
  const skips = unwritten.map((name) => [name, async () => skipTest(`postgresStore has no "${name}" yet.`)]);
  return { ...store, ...Object.fromEntries(skips) };
}

runStoreContract("postgresStore", async (now) => {
  const { clear, client } = await database();
  await clear();
  return withoutUnwritten(postgresStore({ client, now }));
});

import { createClient } from "@libsql/client";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { libsqlClientStore } from "../../packages/server/src/lib/store/libsql/libsql-client-store.js";
import {
  type PipelineOutcome,
  startLibsqlServer,
} from "../../packages/server/src/lib/store/libsql-server/libsql-server.js";
import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";

/** A store on its own server, over HTTP. One request of ten is lost, and the response to another one. */
export async function remoteStore(
  path: string,
  { now, seed }: { readonly now: () => number; readonly seed: number },
): Promise<Store> {
  const random = new SeededRandom(seed);
  const outcome = (): PipelineOutcome => {
    const draw = random.between(1, 10);
    if (draw === 1) return "lose_request";
    return draw === 2 ? "lose_response" : "respond";
  };
  const server = await startLibsqlServer({ path, outcome });
  const client = createClient({ url: server.url });
  const store = await libsqlClientStore({ client, now, identity: server.url });
  return {
    ...store,
    async close() {
      await store.close();
      client.close();
      await server.close();
    },
  };
}

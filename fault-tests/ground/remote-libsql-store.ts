import { createClient } from "@libsql/client";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { libsqlClientStore } from "../../packages/server/src/lib/store/libsql/libsql-client-store.js";
import {
  type PipelineOutcome,
  startLibsqlServer,
} from "../../packages/server/src/lib/store/libsql-server/libsql-server.js";
import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import type { RemoteOptions } from "./proving-ground.js";

/** A store on its own server, over HTTP. */
export async function openRemoteLibsqlStore(path: string, { now, lossSeed, onLoss }: RemoteOptions): Promise<Store> {
  const random = lossSeed === undefined ? null : new SeededRandom(lossSeed);
  const outcome = (): PipelineOutcome => {
    const draw = random?.between(1, 10);
    if (draw === undefined || draw > 2) return "respond";
    onLoss?.();
    return draw === 1 ? "lose_request" : "lose_response";
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

import { setTimeout as pause } from "node:timers/promises";
import { getHeapSpaceStatistics } from "node:v8";
import { serve } from "@hono/node-server";
import { z } from "zod";
import { createSafelight } from "../../packages/server/src/lib/compose/create-safelight.js";
import { defineModel } from "../../packages/server/src/lib/model/define-model.js";
import type { Provider } from "../../packages/server/src/lib/ports/provider.js";
import { memoryStorage } from "../../packages/server/src/lib/storage/memory-storage.js";
import { libsqlStore } from "../../packages/server/src/lib/store/libsql/libsql-store.js";
import { tinyPng } from "../../packages/server/testing/tiny-png.js";
import type { ServerMessage } from "./server-process.js";

/** A host that serves and works on the database file of its first argument, and reports measurements. */
const [, , url = ""] = process.argv;
const collect = globalThis.gc;
if (collect === undefined) throw new Error("Run this script with --expose-gc.");
const send = (message: ServerMessage): void => {
  process.send?.(message);
};

const vendor: Provider<{ readonly jobMs: number }> = {
  id: "vendor",
  capabilities: { cancel: false, progress: false, partials: false, resumable: false, webhook: false },
  async submit({ input }) {
    await pause(input.jobMs);
    return { type: "done", outputs: [{ bytes: tinyPng(), contentType: "image/png" }] };
  },
};
const store = libsqlStore({ url });
const safelight = createSafelight({
  store: {
    ...store,
    async settle(command) {
      // Before the commit, whose duration is part of the delay.
      const at = performance.timeOrigin + performance.now();
      const verdict = await store.settle(command);
      send({ type: "settled", id: command.id, at });
      return verdict;
    },
  },
  storage: memoryStorage(),
  identify: ({ headers }) => headers.get("authorization"),
  models: {
    demo: defineModel({
      provider: vendor,
      input: z.object({ prompt: z.string(), jobMs: z.number() }),
      credits: 4,
    }),
  },
  credits: { initialGrant: 1_000_000 },
  limits: { rate: false, maxActive: 1_000_000, maxInputBytes: 65_536 },
  worker: { concurrency: 64 },
  secret: "a secret that is long enough for measurements",
});
await safelight.migrate();
safelight.worker.start();

const server = serve({ fetch: safelight.handler, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
  send({ type: "port", port }),
);
process.on("message", (message) => {
  if (message === "measure") {
    collect();
    collect();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  const spaces = getHeapSpaceStatistics();
  const young = spaces.find(({ space_name }) => space_name === "new_space")?.physical_space_size ?? 0;
  server.getConnections((_, connections) => send({ type: "holdings", rss, young, heapUsed, external, connections }));
});
process.on("disconnect", () => {
  server.close();
  process.exit();
});

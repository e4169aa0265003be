import { readdirSync } from "node:fs";
import { serve } from "@hono/node-server";
import { z } from "zod";
import { createSafelight } from "../../packages/server/src/lib/compose/create-safelight.js";
import { defineModel } from "../../packages/server/src/lib/model/define-model.js";
import type { Provider } from "../../packages/server/src/lib/ports/provider.js";
import { fileStorage } from "../../packages/server/src/lib/storage/file-storage.js";
import { tinyPng } from "../../packages/server/testing/tiny-png.js";
import { openStore } from "../ground/open-store.js";
import type { ResourceUsage } from "./resource-usage.js";

/** A host that serves and works, with a stateless vendor. On a message it reports its resources. */
const [, , url = "", folder = ""] = process.argv;
const collect = globalThis.gc;
if (collect === undefined) throw new Error("Run this script with --expose-gc.");

const done = () => ({ type: "done" as const, outputs: [{ bytes: tinyPng(), contentType: "image/png" }] as const });
const vendor: Provider<{ readonly isQueued: boolean }> = {
  id: "vendor",
  capabilities: { cancel: false, progress: false, previews: false, resumable: true, webhook: false },
  submit: async ({ input, token }) => (input.isQueued ? { type: "accepted", operation: token } : done()),
  poll: async () => done(),
};
const safelight = createSafelight({
  store: openStore(url),
  storage: fileStorage(folder),
  identify: ({ headers }) => headers.get("authorization"),
  models: {
    demo: defineModel({
      provider: vendor,
      input: z.object({ isQueued: z.boolean() }),
      credits: 4,
    }),
  },
  credits: { initialGrant: 1_000_000_000 },
  limits: { rate: { requests: 1_000_000, perMs: 60_000 }, maxActive: 1_000_000 },
  worker: { concurrency: 16 },
  secret: "a secret that is long enough for proofs",
});
await safelight.migrate();
safelight.worker.start();

process.on("message", () => {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({
    files: openFiles(),
    timers: process.getActiveResourcesInfo().filter((name) => name === "Timeout").length,
    heapBytes: heapUsed + external,
  } satisfies ResourceUsage);
});
const server = serve({ fetch: safelight.handler, port: 0, hostname: "127.0.0.1" }, ({ port }) => process.send?.(port));
process.on("disconnect", () => {
  server.close();
  process.exit();
});

function openFiles(): number | null {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return null;
  }
}

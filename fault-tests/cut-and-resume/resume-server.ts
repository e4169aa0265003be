import { serve } from "@hono/node-server";
import { z } from "zod";
import { createSafelight } from "../../packages/server/src/lib/compose/create-safelight.js";
import { defineModel } from "../../packages/server/src/lib/model/define-model.js";
import type { Provider } from "../../packages/server/src/lib/ports/provider.js";
import { memoryStorage } from "../../packages/server/src/lib/storage/memory-storage.js";
import { tinyPng } from "../../packages/server/testing/tiny-png.js";
import { openStore } from "../ground/open-store.js";

/** A host that serves and works, on the database of its first argument. It trusts the `authorization` header. */
interface DemoInput {
  /** Number of polls that return `running` before the job is done. */
  readonly polls: number;
  readonly fails: boolean;
}

const polls = new Map<string, number>();
const vendor: Provider<DemoInput> = {
  id: "vendor",
  capabilities: { cancel: true, progress: true, previews: false, resumable: true, webhook: false },
  submit: async ({ token }) => ({ type: "accepted", operation: token }),
  async poll(_, { input, token }) {
    const seen = (polls.get(token) ?? 0) + 1;
    polls.set(token, seen);
    if (seen <= input.polls) return { type: "running", progress: seen / (input.polls + 1), pollAfterMs: 150 };
    polls.delete(token);
    if (input.fails) return { type: "failed", failure: { code: "content_blocked", message: "Blocked." } };
    return { type: "done", outputs: [{ bytes: tinyPng(), contentType: "image/png" }] };
  },
  cancel: async () => "canceled",
};
// Failures here are planned, so the log would only be noise.
const ignore = (): void => undefined;
const safelight = createSafelight({
  logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  store: openStore(process.argv[2] ?? ""),
  storage: memoryStorage(),
  identify: ({ headers }) => headers.get("authorization"),
  models: {
    demo: defineModel({
      provider: vendor,
      input: z.object({ prompt: z.string(), polls: z.number(), fails: z.boolean() }),
      credits: 4,
    }),
  },
  credits: { initialGrant: 1_000_000 },
  limits: { rate: false, refunds: false, maxActive: 1_000_000 },
  worker: { concurrency: 16 },
  secret: "a secret that is long enough for proofs",
});
await safelight.migrate();
safelight.worker.start();
const server = serve({ fetch: safelight.handler, port: 0, hostname: "127.0.0.1" }, ({ port }) => process.send?.(port));
process.on("disconnect", () => {
  server.close();
  process.exit();
});

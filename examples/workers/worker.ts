import { env } from "cloudflare:workers";
import { createSafelight, defineModel } from "@safelight/server";
import { cloudflare } from "@safelight/server/cloudflare";
import { d1Store } from "@safelight/server/d1";
import { r2Storage } from "@safelight/server/r2";
import { z } from "zod";

// One instance for all requests of an isolate, in the Worker's module.
const safelight = createSafelight({
  store: d1Store({ database: env.DB }),
  storage: r2Storage({ bucket: env.BUCKET }),
  // For a trial only: anyone can send this header. Read your session instead.
  identify: ({ headers }) => headers.get("x-user"),
  models: {
    flux: defineModel({
      provider: cloudflare("@cf/black-forest-labs/flux-1-schnell", { binding: env.AI }),
      input: z.object({ prompt: z.string().min(1).max(2000) }),
      credits: 4,
    }),
  },
  credits: { initialGrant: 100 },
  secret: env.SAFELIGHT_SECRET,
  worker: {
    mode: "request",
    // Workers give the promises of a request 30 seconds after its response.
    budgetMs: 30_000,
    leaseMs: 10_000,
    // A lost request cannot be looked up, so the image is refunded as soon as its lease has expired.
    reconcileForMs: 0,
  },
});
export type App = typeof safelight;

interface Execution {
  waitUntil(promise: Promise<unknown>): void;
}

export default {
  fetch: (request: Request, _env: unknown, execution: Execution) => safelight.handler(request, execution),
  // Every minute: advances generations that no page watches. A queue's consumer belongs beside it, as `queue`.
  scheduled: (_event: unknown, _env: unknown, execution: Execution) => execution.waitUntil(safelight.worker.tick()),
};

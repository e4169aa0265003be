import { createClient } from "@libsql/client/web";
import { createSafelight, defineModel } from "@safelight/server";
import { createAdmin } from "@safelight/server/admin";
import { custom } from "@safelight/server/custom";
import { libsqlClientStore } from "@safelight/server/libsql-client";
import { s3Storage } from "@safelight/server/s3";
import { z } from "zod";

const { BUCKET_URL = "", DATABASE_URL = "", SAFELIGHT_SECRET, STUDIO_URL = "" } = process.env;

const input = z.object({ prompt: z.string() });

// One instance for all requests of an isolate, in the Worker's module.
const safelight = createSafelight({
  // Unlimited concurrency: in the client's queue, one request would wait for another.
  store: await libsqlClientStore({
    client: createClient({ url: DATABASE_URL, concurrency: Number.POSITIVE_INFINITY }),
  }),
  storage: s3Storage({
    bucket: "media",
    region: "auto",
    endpoint: BUCKET_URL,
    accessKeyId: "key",
    secretAccessKey: "secret",
    signedUrls: false,
  }),
  identify: ({ headers }) => headers.get("x-user"),
  models: {
    slow: defineModel({
      provider: custom<z.infer<typeof input>>({
        id: "studio",
        run: async ({ input, signal, token }) => {
          const body = JSON.stringify({ prompt: input.prompt, token });
          const response = await fetch(STUDIO_URL, { method: "POST", body, signal });
          return [{ bytes: new Uint8Array(await response.arrayBuffer()), contentType: "image/png" }];
        },
      }),
      input,
      credits: 4,
    }),
  },
  credits: { initialGrant: 10_000 },
  limits: { rate: false, maxActive: false, refunds: false },
  secret: SAFELIGHT_SECRET,
  // Short times, so that the work of a killed isolate ends within the test.
  worker: { mode: "request", budgetMs: 30_000, leaseMs: 10_000, reconcileForMs: 1_000 },
});

const admin = createAdmin(safelight, {
  authorize: ({ headers }) => (headers.get("x-user") === "staff" ? { actor: "staff", may: "everything" } : null),
});

interface ExecutionContext {
  waitUntil(promise: Promise<unknown>): void;
}

export default {
  async fetch(request: Request, _env: unknown, ctx: ExecutionContext): Promise<Response> {
    if (new URL(request.url).pathname === "/audit") return Response.json(await safelight.audit());
    if (new URL(request.url).pathname.startsWith("/admin/")) return admin.handler(request);
    return safelight.handler(request, ctx);
  },
};

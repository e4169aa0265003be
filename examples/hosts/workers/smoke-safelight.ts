import { createClient } from "@libsql/client/web";
import { createSafelight, defineModel } from "@safelight/server";
import { createAdmin } from "@safelight/server/admin";
import { libsqlClientStore } from "@safelight/server/libsql-client";
import { replicate } from "@safelight/server/replicate";
import { s3Storage } from "@safelight/server/s3";
import { z } from "zod";

const { BUCKET_URL = "", DATABASE_URL = "", PUBLIC_URL, SAFELIGHT_SECRET, VENDOR_URL = "" } = process.env;
const bucket = { bucket: "media", region: "auto", endpoint: BUCKET_URL, accessKeyId: "key", secretAccessKey: "secret" };

export const safelight = createSafelight({
  // Unlimited concurrency: otherwise, a request would wait in the client's queue for another request.
  store: await libsqlClientStore({
    client: createClient({ url: DATABASE_URL, concurrency: Number.POSITIVE_INFINITY }),
  }),
  storage: s3Storage({ ...bucket, signedUrls: false }),
  identify: ({ headers }) => /^Bearer (\w+)$/.exec(headers.get("authorization") ?? "")?.[1] ?? null,
  models: {
    poster: defineModel({
      provider: replicate("studio/poster", { apiKey: "the-key", baseUrl: VENDOR_URL, mediaHosts: [VENDOR_URL] }),
      input: z.object({ prompt: z.string().min(1).max(2000) }),
      credits: 4,
    }),
  },
  credits: { initialGrant: 100 },
  secret: SAFELIGHT_SECRET,
  // workerd passes an absent variable as the text "null".
  publicUrl: PUBLIC_URL === "null" ? undefined : PUBLIC_URL,
  worker: { mode: "request", budgetMs: 30_000, leaseMs: 2_000 },
});

export const admin = createAdmin(safelight, {
  authorize: ({ headers }) =>
    headers.get("authorization") === "Bearer staff" ? { actor: "staff", may: "everything" } : null,
});

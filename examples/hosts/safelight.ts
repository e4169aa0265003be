import { demo } from "@safelight/demo-provider";
import { createSafelight, defineModel } from "@safelight/server";
import { createAdmin } from "@safelight/server/admin";
import { fileStorage } from "@safelight/server/file-storage";
import { libsqlStore } from "@safelight/server/libsql";
import { replicate } from "@safelight/server/replicate";
import { z } from "zod";

const { DATA_FOLDER = ".", PUBLIC_URL, VENDOR_URL = "http://127.0.0.1:9" } = process.env;
const input = z.object({ prompt: z.string().min(1).max(2000) });

// The server of all hosts on libSQL. Its files are in a folder that is empty at the start of each test.
export const safelight = createSafelight({
  store: libsqlStore({ url: `file:${DATA_FOLDER}/safelight.db` }),
  storage: fileStorage(`${DATA_FOLDER}/media`),
  identify: ({ headers }) => /^Bearer (\w+)$/.exec(headers.get("authorization") ?? "")?.[1] ?? null,
  models: {
    poster: defineModel({
      provider: replicate("studio/poster", { apiKey: "the-key", baseUrl: VENDOR_URL, mediaHosts: [VENDOR_URL] }),
      input,
      credits: 4,
    }),
    sketch: defineModel({
      provider: demo({ vendorFile: `${DATA_FOLDER}/safelight-demo.db`, stepMs: 10 }),
      input,
      credits: 1,
    }),
  },
  credits: { initialGrant: 100 },
  secret: "a secret that is long enough for tests",
  // With it, the vendor sends webhooks, and its jobs are polled rarely.
  publicUrl: PUBLIC_URL,
  // A killed process would delay its successor by the default lease of 30 seconds.
  worker: { leaseMs: 2_000 },
});
export type App = typeof safelight;

export const admin = createAdmin(safelight, {
  authorize: ({ headers }) =>
    headers.get("authorization") === "Bearer staff" ? { actor: "staff", may: "everything" } : null,
});

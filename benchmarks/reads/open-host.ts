import { setTimeout as pause } from "node:timers/promises";
import { createSafelight, defineModel } from "@safelight/server";
import { custom } from "@safelight/server/custom";
import { libsqlStore } from "@safelight/server/libsql";
import { memoryStorage } from "@safelight/server/memory-storage";
import { postgresStore } from "@safelight/server/postgres";
import { Pool } from "pg";
import { z } from "zod";
import { tinyImage } from "../frame/tiny-image.ts";
import { initialGrant } from "./originals.ts";

const input = z.object({ prompt: z.string(), end: z.enum(["completed", "failed", "never"]) });
export type Input = z.infer<typeof input>;

/** A vendor whose job is done at the first poll, or never. */
const vendor = custom<Input>({
  id: "vendor",
  start: async ({ input: { end }, token }) => ({ type: "accepted", operation: { token, end } }),
  async poll(_, { input: { end } }) {
    await pause(1);
    if (end === "never") return { type: "running", progress: null, pollAfterMs: 3_600_000 };
    if (end === "completed") return { type: "done", outputs: [{ bytes: tinyImage, contentType: "image/png" }] };
    return { type: "failed", failure: { code: "content_blocked", message: "Blocked." } };
  },
});

/** @param database path of a file, or URL of a Postgres database, to which it opens one connection. */
export function openHost(database: string) {
  const store = database.startsWith("postgres://")
    ? postgresStore({ client: new Pool({ connectionString: database, max: 1 }) })
    : libsqlStore({ url: `file:${database}` });
  const safelight = createSafelight({
    store,
    storage: memoryStorage(),
    identify: ({ headers }) => headers.get("authorization"),
    models: { demo: defineModel({ provider: vendor, input, credits: 4 }) },
    credits: { initialGrant },
    limits: { rate: false, refunds: false, maxActive: false },
    worker: { concurrency: 16 },
    logger: { debug() {}, info() {}, warn() {}, error: console.error },
    secret: "a secret that is long enough for benchmarks",
  });
  return { safelight, store };
}

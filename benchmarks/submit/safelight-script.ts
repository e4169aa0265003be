import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createSafelight, defineModel } from "@safelight/server";
import { custom } from "@safelight/server/custom";
import { fileStorage } from "@safelight/server/file-storage";
import { libsqlStore } from "@safelight/server/libsql";
import { Hono } from "hono";
import { z } from "zod";
import { serveHost, type Totals } from "./serve-host.ts";
import { initialBalance, ownerCount, ownerHeader, ownerOf, price, submitPath } from "./traffic.ts";

const input = z.object({ prompt: z.string().min(1).max(2000) });

/** Never called, since the worker is not started. */
const vendor = custom<z.infer<typeof input>>({
  id: "vendor",
  run: () => Promise.reject(new Error("No worker was started.")),
});

serveHost(({ folder }) => {
  const file = join(folder, "safelight.db");
  const safelight = createSafelight({
    store: libsqlStore({ url: `file:${file}` }),
    storage: fileStorage(join(folder, "media")),
    identify: ({ headers }) => headers.get(ownerHeader),
    models: { poster: defineModel({ provider: vendor, input, credits: price }) },
    credits: { initialGrant: initialBalance },
    limits: { rate: false, maxActive: false },
    secret: "a secret that is long enough for benchmarks",
  });
  const app = new Hono().route(submitPath, safelight.app);
  return {
    fetch: app.fetch,
    async readTotals() {
      const violations = await safelight.audit();
      const faults = violations.map(({ check, detail, subject }) => `${check} of ${subject}: ${detail}`);
      return { ...readFile(file), faults };
    },
  };
});

/** Reads the file without Safelight, as an independent check. */
function readFile(file: string): Omit<Totals, "faults"> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const generations = database.prepare("SELECT count(*) AS count FROM safelight_generations").get();
    const rows = database.prepare("SELECT id, balance FROM safelight_accounts").all();
    const balances = new Map(rows.map(({ balance, id }) => [id, Number(balance)]));
    return {
      submits: Number(generations?.count),
      balances: Array.from({ length: ownerCount }, (_, index) => balances.get(ownerOf(index)) ?? initialBalance),
    };
  } finally {
    database.close();
  }
}

import { DatabaseSync } from "node:sqlite";
import { createSafelight, defineModel, type Provider, type Store } from "@safelight/server";
import { libsqlStore } from "@safelight/server/libsql";
import { memoryStorage } from "@safelight/server/memory-storage";
import { z } from "zod";
import { handleCommands } from "../frame/handle-commands.ts";
import { hideSharp } from "../frame/hide-sharp.ts";
import { tinyImage } from "../frame/tiny-image.ts";
import { LifecycleTimer } from "./lifecycle-timer.ts";
import { checkTotals, creditsOfOne, initialCredits, prompt, type Totals } from "./workload.ts";

hideSharp();
const timer = new LifecycleTimer();

const provider: Provider<unknown> = {
  id: "vendor",
  capabilities: { cancel: false, progress: false, previews: false, resumable: false, webhook: false },
  submit: async () => ({ type: "done", outputs: [{ bytes: tinyImage, contentType: "image/png" }] }),
};

/** Counts each durable end. */
function counting(store: Store): Store {
  return {
    ...store,
    async settle(command) {
      const verdict = await store.settle(command);
      if (verdict.type === "lost" || command.outcome.type !== "completed")
        timer.fail(new Error("A generation did not complete."));
      timer.end();
      return verdict;
    },
  };
}

function compose(url: string, concurrency: number | null) {
  return createSafelight({
    store: counting(libsqlStore({ url })),
    storage: memoryStorage(),
    identify: () => null,
    models: { image: defineModel({ provider, input: z.object({ prompt: z.string() }), credits: creditsOfOne }) },
    credits: { initialGrant: initialCredits },
    limits: { rate: false, maxActive: false },
    worker: concurrency === null ? {} : { concurrency },
    secret: "a secret that is long enough for measurements",
  });
}

let url = "";
let safelight: ReturnType<typeof compose> | null = null;

handleCommands({
  async start(settings: { readonly url: string; readonly isTuned: boolean }) {
    url = settings.url;
    safelight = compose(url, settings.isTuned ? 64 : null);
    await safelight.migrate();
    safelight.worker.start();
  },
  lifecycles: ({ count }: { readonly count: number }) =>
    timer.time(count, { submit: async (ownerId) => safelight?.api.submit({ ownerId }, "image", { prompt }) }),
  async check({ total }: { readonly total: number }) {
    const violations = await safelight?.audit();
    if (violations?.length !== 0) throw new Error(`The audit found ${JSON.stringify(violations)}.`);
    await safelight?.close();
    checkTotals(readTotals(url.slice("file:".length)), total);
  },
});

function readTotals(path: string): Totals {
  const database = new DatabaseSync(path, { readOnly: true });
  const count = (sql: string): number => Number(database.prepare(sql).get()?.count);
  return {
    completed: count(`SELECT count(*) AS count FROM safelight_generations g
      WHERE state = 'completed' AND EXISTS (SELECT 1 FROM safelight_outputs WHERE generation_id = g.id)`),
    debits: count("SELECT count(*) AS count FROM safelight_ledger_entries WHERE kind = 'debit'"),
    captures: count("SELECT count(*) AS count FROM safelight_ledger_entries WHERE kind = 'capture'"),
    balance: count("SELECT sum(balance) AS count FROM safelight_accounts"),
  };
}

import { DatabaseSync } from "node:sqlite";
import { createSafelight, defineModel, type Provider, type Store } from "@safelight/server";
import { libsqlStore } from "@safelight/server/libsql";
import { memoryStorage } from "@safelight/server/memory-storage";
import { z } from "zod";
import { answering } from "../frame/answering.ts";
import { hideSharp } from "../frame/hide-sharp.ts";
import { tinyPicture } from "../frame/tiny-picture.ts";
import { Lives } from "./lives.ts";
import { type Books, checkBooks, creditsOfOne, initialCredits, prompt } from "./workload.ts";

hideSharp();
const lives = new Lives();

const provider: Provider<unknown> = {
  id: "vendor",
  capabilities: { cancel: false, progress: false, partials: false, resumable: false, webhook: false },
  submit: async () => ({ type: "done", outputs: [{ bytes: tinyPicture, contentType: "image/png" }] }),
};

/** Tells of every end that is on disk. */
function counting(store: Store): Store {
  return {
    ...store,
    async settle(command) {
      const verdict = await store.settle(command);
      if (verdict.type === "lost" || command.outcome.type !== "completed")
        lives.fail(new Error("One has not completed."));
      lives.end();
      return verdict;
    },
  };
}

function compose(url: string, concurrency: number | null) {
  return createSafelight({
    store: counting(libsqlStore({ url })),
    storage: memoryStorage(),
    identify: () => null,
    models: { picture: defineModel({ provider, input: z.object({ prompt: z.string() }), credits: creditsOfOne }) },
    credits: { initialGrant: initialCredits },
    limits: { rate: false, maxActive: false },
    worker: concurrency === null ? {} : { concurrency },
    secret: "a secret that is long enough for measurements",
  });
}

let url = "";
let safelight: ReturnType<typeof compose> | null = null;

answering({
  async start(settings: { readonly url: string; readonly isTuned: boolean }) {
    url = settings.url;
    safelight = compose(url, settings.isTuned ? 64 : null);
    await safelight.migrate();
    safelight.worker.start();
  },
  live: ({ count }: { readonly count: number }) =>
    lives.time(count, async (ownerId) => safelight?.api.submit({ ownerId }, "picture", { prompt })),
  async check({ total }: { readonly total: number }) {
    const violations = await safelight?.audit();
    if (violations?.length !== 0) throw new Error(`The audit found ${JSON.stringify(violations)}.`);
    await safelight?.close();
    checkBooks(readBooks(url.slice("file:".length)), total);
  },
});

function readBooks(path: string): Books {
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

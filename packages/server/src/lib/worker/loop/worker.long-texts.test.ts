import Database from "libsql";
import { expect, it } from "vitest";
import { accepted, done, type ProviderScript, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { LogFields } from "../../ports/logger.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

let path = "";
const bench = workerBench({
  openStore: (file, now) => {
    path = file;
    return libsqlStore({ url: `file:${file}`, now, synchronous: "normal" });
  },
  createStorage: memoryStorage,
});

const long = "x".repeat(1_000_000);
const throwing = (): never => {
  throw new Error(long, { cause: new Error(long) });
};
const failure = { code: "provider_error", message: long } as const;
const withoutMessage = { code: long } as unknown as typeof failure;
const link = { type: "done", outputs: [{ url: `https://${long}.example` }] } as const;
const headers = { type: "done", outputs: [{ url: "https://example.com", headers: { cookie: long } }] } as const;

it.each<[string, ProviderScript<unknown>]>([
  ["an error of the paid request", { submit: [throwing] }],
  ["a reason of an unknown outcome", { submit: [{ type: "unknown", reason: long }] }],
  ["a message of a refusal", { submit: [{ type: "rejected", failure }] }],
  ["a code of a refusal", { submit: [{ type: "rejected", failure: withoutMessage }] }],
  ["an error of a poll", { submit: [accepted()], poll: [throwing, { type: "failed", failure }] }],
  ["a message of a missing output", { poll: [{ type: "done", outputs: [{ failure }] }] }],
  ["a link", { poll: [link] }],
  ["headers of a link", { poll: [headers] }],
  ["a content type", { poll: [{ type: "done", outputs: [{ ...done().outputs[0], contentType: long } as never] }] }],
  ["a unit of a cost", { poll: [{ ...done(), costs: [{ amount: 1, unit: long }] }] }],
])("logs and stores %s of a provider at most in part", async (_case, script) => {
  let longestLine = 0;
  const log = (message: string, fields?: LogFields): void => {
    longestLine = Math.max(longestLine, JSON.stringify({ message, ...fields }).length);
  };
  const logger = { debug: log, info: log, warn: log, error: log };
  await bench({ provider: scriptedProvider(script), worker: { logger, reconcileForMs: 0 } }, async (given) => {
    await given.runTo(await given.submit({ deadlineMs: 60_000, maxAttempts: 2 }));
    const database = new Database(path, { readonly: true });
    const sql = "SELECT max(length(coalesce(failure, '') || coalesce(costs, '') || coalesce(outputs, ''))) AS stored";
    expect(Object(database.prepare(`${sql} FROM safelight_attempts`).get()).stored).toBeLessThan(2_000);
    database.close();
    expect(longestLine).toBeLessThan(10_000);
  })();
});

import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import fc from "fast-check";
import { memoryStorage } from "../../packages/server/src/lib/storage/memory-storage.js";
import { libsqlStore } from "../../packages/server/src/lib/store/libsql/libsql-store.js";
import { copyMigrated } from "../../packages/server/testing/copy-migrated.js";
import type { History } from "../../packages/server/testing/simulation/history.js";
import { type HistoryReport, playHistory } from "../../packages/server/testing/simulation/play-history.js";
import { scratchFolder } from "../scratch-folder.js";
import { type HistoryKind, randomHistory } from "./random-history.js";
import { remoteStore } from "./remote-store.js";

/** A message to a process that plays histories. */
export interface Batch {
  readonly kind: HistoryKind;
  /** On a file, or on a server that loses requests and replies. */
  readonly store: "file" | "server";
  readonly seed: number;
  readonly runs: number;
}

/** The responses: one after each history, and one at the end of a batch. */
export type BatchMessage =
  | { readonly type: "played"; readonly report: HistoryReport }
  | { readonly type: "done"; readonly violation: string | null };

/** Time to shrink a history that broke a promise. */
const shrinksForMs = 20_000;

// WebCrypto hashes in a thread pool, in any order of completion. A seed must play the same way twice, so hash synchronously.
crypto.subtle.digest = async (_algorithm, data) => {
  const bytes = ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
  return new Uint8Array(createHash("sha256").update(bytes).digest()).buffer;
};

process.on("message", async (batch: Batch) => {
  const violation = await play(batch);
  send({ type: "done", violation });
});
process.on("disconnect", () => process.exit());

/** Plays histories until one breaks a promise, then shrinks it. */
async function play({ kind, store, seed, runs }: Batch): Promise<string | null> {
  let failedAt = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(randomHistory[kind], async (history) => {
    if (performance.now() - failedAt > shrinksForMs) return;
    const report = await playOnScratch(history, store);
    if (failedAt === Number.POSITIVE_INFINITY) send({ type: "played", report });
    if (report.violations.length === 0) return;
    failedAt = Math.min(failedAt, performance.now());
    throw new Error(report.violations.join("; "));
  });
  const details = await fc.check(property, { seed, numRuns: runs });
  if (!details.failed) return null;
  const [history] = details.counterexample ?? [];
  const cause = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
  return `${cause} (seed ${seed}, path ${details.counterexamplePath}, ${details.numShrinks} times smaller: ${JSON.stringify(history)})`;
}

async function playOnScratch(history: History, store: Batch["store"]): Promise<HistoryReport> {
  const folder = await scratchFolder();
  const path = `${folder}/test.db`;
  try {
    await copyMigrated(path);
    return await playHistory(history, {
      createStore: async (now) =>
        store === "file"
          ? libsqlStore({ url: `file:${path}`, now, synchronous: "normal" })
          : remoteStore(path, { now, seed: history.seed }),
      createStorage: () => memoryStorage(),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function send(message: BatchMessage): void {
  process.send?.(message);
}

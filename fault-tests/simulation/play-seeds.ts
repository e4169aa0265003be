import { createHash } from "node:crypto";
import fc from "fast-check";
import { memoryStorage } from "../../packages/server/src/lib/storage/memory-storage.js";
import type { History } from "../../packages/server/testing/simulation/history.js";
import { type HistoryReport, playHistory } from "../../packages/server/testing/simulation/play-history.js";
import { openGround } from "../ground/open-ground.js";
import type { GroundSource, ProvingGround } from "../ground/proving-ground.js";
import { type HistoryKind, randomHistory } from "./random-history.js";

/** A message to a process that plays histories. */
export interface Batch {
  readonly kind: HistoryKind;
  readonly ground: GroundSource;
  /** Whether the network to the database loses requests and responses. */
  readonly network: "reliable" | "lossy";
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
async function play({ kind, seed, runs, ground: source, network }: Batch): Promise<string | null> {
  const ground = await openGround(source);
  try {
    return await playOn(ground, { kind, seed, runs, network });
  } finally {
    await ground.drop();
  }
}

async function playOn(
  ground: ProvingGround,
  { kind, seed, runs, network }: Omit<Batch, "ground">,
): Promise<string | null> {
  let failedAt = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(randomHistory[kind], async (history) => {
    if (performance.now() - failedAt > shrinksForMs) return;
    await ground.clear();
    const report = await playOnEmptyDatabase(history, { ground, network });
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

function playOnEmptyDatabase(
  history: History,
  { ground, network }: { readonly ground: ProvingGround } & Pick<Batch, "network">,
): Promise<HistoryReport> {
  return playHistory(history, {
    createStore: async (now) =>
      network === "reliable"
        ? ground.open({ now, isDurable: false })
        : ground.openRemote({ now, lossSeed: history.seed }),
    createStorage: () => memoryStorage(),
  });
}

function send(message: BatchMessage): void {
  process.send?.(message);
}

import { teamGalleryOf } from "../../generation/gallery-id.js";
import type { WorkerContext } from "../context/worker-context.js";
import type { Purge } from "./retention.js";

/** Generations of one commit: half of an outbox batch, so that deletions of bytes never pile up before other work. */
const batchSize = 10;
/** Milliseconds between two commits while more generations are due, so that other work and the storage keep up. */
const pauseMs = 200;
/** Min milliseconds until the next purge, so that generations that ended close together are purged together. */
const minDelayMs = 3_600_000;

/**
 * Purges generations of all owners that ended at least `endedForMs` ago. Each run purges one batch, because the first
 * one may find many.
 */
export function generationPurge(
  { eventBus, store }: Pick<WorkerContext, "eventBus" | "store">,
  endedForMs: number,
): Purge {
  return {
    rows: "generations",
    async run() {
      const { ownerIds, teamIds, nextInMs: ageInMs } = await store.purgeGenerations({ endedForMs, limit: batchSize });
      if (ownerIds.length > 0) eventBus.hint([...ownerIds, ...teamIds.map(teamGalleryOf)]);
      // A generation that ends from now on stays for `endedForMs`.
      const nextInMs = ageInMs === 0 ? pauseMs : Math.max(ageInMs ?? endedForMs, minDelayMs);
      return { purged: ownerIds.length, nextInMs };
    },
  };
}

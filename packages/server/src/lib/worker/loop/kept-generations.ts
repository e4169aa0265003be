import type { WorkerContext } from "../context/worker-context.js";
import type { Kept } from "./retention.js";

/** Generations of one commit: half of what a round of the outbox takes, so that bytes never pile up before other work. */
const batch = 10;
/** Between two commits while there is more: other work comes first, and storages have time to follow. */
const pauseMs = 200;
/** What ends within this time goes together. */
const shortestMs = 3_600_000;

/** Generations that ended so long ago, whoever they belong to. A look takes a few: they may be many at first. */
export function keptGenerations(
  { eventBus, store }: Pick<WorkerContext, "eventBus" | "store">,
  endedForMs: number,
): Kept {
  return {
    name: "Ended generations",
    async forget() {
      const { ownerIds, nextInMs } = await store.purgeGenerations({ endedForMs, limit: batch });
      if (ownerIds.length > 0) eventBus.hint(ownerIds);
      // What ends from now on has its time before it.
      const leftMs = nextInMs === 0 ? pauseMs : Math.max(nextInMs ?? endedForMs, shortestMs);
      return { forgotten: ownerIds.length, nextInMs: leftMs };
    },
  };
}

import { type Generation, newerGeneration } from "@safelight/client/contract";
import { activeDataOf } from "./active-data-of.js";
import type { SequencedChange } from "./generation-lru.js";
import type { LiveContext } from "./live-context.js";
import { markReceived } from "./received-at.js";

/**
 * Merges a received generation into the cache, unless a newer version is known.
 *
 * @param isChange whether it changed after the position of the connection.
 */
export function applyGeneration(
  live: LiveContext,
  {
    generation,
    isChange = generation.sequence > (live.state.position?.sequence ?? Infinity),
  }: { readonly generation: Generation; readonly isChange?: boolean },
): void {
  const { id, sequence } = generation;
  const before = live.generations.get(id)?.generation;
  if (before === null || (before !== undefined && newerGeneration(before, generation) === before)) return;
  markReceived(generation, Date.now());
  mergeEverywhere(live, { id, generation, sequence });
  if (before === undefined && !isChange) return;
  // The ends of a generation and of its refund are entries of the ledger.
  if (before?.finishedAt !== generation.finishedAt || before.refundedCredits !== generation.refundedCredits) {
    live.credits.invalidate();
  }
  if (generation.seenAt !== null) refetchHiddenUnseen(live);
}

/** Removes a deleted generation from the cache. */
export function applyDeletion(live: LiveContext, { id, sequence }: Omit<SequencedChange, "generation">): void {
  mergeEverywhere(live, { id, generation: null, sequence });
  refetchHiddenUnseen(live);
}

/** Handles `not_found` for the query of one generation: unless the page knows the generation, it no longer exists. */
export function applyNotFound(live: LiveContext, id: string): void {
  if (live.generations.has(id)) return;
  mergeEverywhere(live, { id, generation: null, sequence: 0 });
  // A lagging replica may have responded, so the generation may still arrive.
  live.generations.delete(id);
}

function mergeEverywhere(live: LiveContext, change: SequencedChange): void {
  const { generation } = change;
  // Remember it last: after an exception of a listener, the next copy of the generation repeats the merge.
  for (const query of live.queries.all()) live.queries.merge(query, change);
  live.generations.remember(change);
  live.emit(generation ? { type: "generation", generation } : { type: "state" });
}

/** If more are unseen than listed, only the server knows the next one, and how many remain. */
function refetchHiddenUnseen(live: LiveContext): void {
  const data = activeDataOf(live);
  if (data && data.unseenCount > data.unseen.length) live.queries.refetchSoon(live.active.queryKey);
}

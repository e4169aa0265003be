import type { SafelightEvent } from "@safelight/client";
import type { ActiveResponse, QueuePlace } from "@safelight/client/contract";
import { toActiveData } from "../query/active-data.js";
import { applyDeletion, applyGeneration } from "./apply-generation.js";
import { applyResponse } from "./apply-response.js";
import type { LiveContext } from "./live-context.js";
import { advanced, connected, positionLost } from "./live-state.js";

/** Applies one event of the client to the state and to the cache. No other code handles events. */
export function receiveEvent(live: LiveContext, event: SafelightEvent): void {
  switch (event.type) {
    case "connection":
      live.setState(connected(live.state, event));
      if (event.state !== "offline") live.queries.refetchFailed();
      break;
    case "credits":
      live.credits.setBalance(event.balance);
      break;
    case "generation":
      applyGeneration(live, event);
      live.setState(advanced(live.state, event.generation.sequence));
      break;
    case "place":
      applyPlace(live, event.place);
      break;
    case "deleted":
      applyDeletion(live, event);
      live.setState(advanced(live.state, event.sequence));
      break;
    case "snapshot":
      if (isResync(live, event.active)) losePosition(live);
      applySnapshot(live, event.active);
      break;
  }
}

/** A place applies to its version only. The place of a newer version comes with or after that version. */
function applyPlace(live: LiveContext, { id, version, expectedAt, progress }: QueuePlace): void {
  const known = live.generations.get(id)?.generation;
  if (known?.version !== version) return;
  applyGeneration(live, { generation: { ...known, expectedAt, progress: { ...known.progress, ...progress } } });
}

/**
 * Whether the changes since the position of the same owner are unknown, such as after a backup was restored. A snapshot at
 * the position has none: events that started without a position begin with it, after a query has provided the position.
 */
function isResync({ state: { position } }: LiveContext, { ownerTag, timeline, sequence }: ActiveResponse): boolean {
  return position?.ownerTag === ownerTag && (position.timeline !== timeline || position.sequence !== sequence);
}

/** Forgets the changes, and refetches everything except the active generations, which the snapshot has. */
function losePosition(live: LiveContext): void {
  live.setState(positionLost(live.state), () => {
    live.generations.clear();
    // No refetch would replace data that no component shows, and the next connection would read its versions.
    for (const query of live.queries.all()) if (query.getObserversCount() === 0) live.queries.clear(query);
    live.queries.refetchAll(live.queryClient.getQueryCache().find(live.active));
  });
}

function applySnapshot(live: LiveContext, active: ActiveResponse): void {
  const { queryKey } = live.active;
  live.queries.setData(queryKey, toActiveData(active, Date.now()));
  const query = live.queryClient.getQueryCache().find({ queryKey });
  if (query !== undefined) applyResponse(live, { query, isFresh: true });
}

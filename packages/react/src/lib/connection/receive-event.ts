import type { SafelightEvent } from "@safelight/client";
import type { ActiveResponse } from "@safelight/client/contract";
import { toActiveData } from "../query/active-data.js";
import { applyDeletion, applyGeneration } from "./apply-generation.js";
import { applyResponse } from "./apply-response.js";
import type { LiveContext } from "./live-context.js";

/** Applies one event of the client to the state and to the cache. No other code handles events. */
export function receiveEvent(live: LiveContext, event: SafelightEvent): void {
  switch (event.type) {
    case "connection":
      live.dispatch(event);
      break;
    case "credits":
      live.credits.setBalance(event.balance);
      break;
    case "generation":
      applyGeneration(live, event);
      live.dispatch({ type: "advanced", sequence: event.generation.sequence });
      break;
    case "deleted":
      applyDeletion(live, event.id);
      live.dispatch({ type: "advanced", sequence: event.sequence });
      break;
    case "snapshot":
      applySnapshot(live, event.active);
      break;
  }
}

/** Replaces the active generations. Refetches everything else if the changes since the position are unknown. */
function applySnapshot(live: LiveContext, active: ActiveResponse): void {
  const { queryKey } = live.active;
  const cache = live.queryClient.getQueryCache();
  const { owner, position } = live.state;
  if (position !== null && active.ownerTag === owner.tag) {
    live.dispatch({ type: "positionLost" }, () => {
      live.generations.clear();
      live.queries.refetchAll(cache.find({ queryKey }));
    });
  }
  live.queries.setData(queryKey, toActiveData(active, Date.now()));
  const query = cache.find({ queryKey });
  if (query !== undefined) applyResponse(live, { query, isFresh: true });
}

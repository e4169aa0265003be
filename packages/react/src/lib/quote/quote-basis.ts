import type { CreditsResponse } from "@safelight/client/contract";
import type { InfiniteData } from "@tanstack/react-query";
import type { Live } from "../connection/live-interface.js";
import type { ActiveData } from "../query/active-data.js";
import { bindKeys } from "../query/safelight-keys.js";

/** The known facts that a quote depends on, besides its input. Unknown ones are absent. */
export interface QuoteBasis {
  readonly ownerTag?: string;
  /** Ids of the active generations, as one text. */
  readonly active?: string;
  readonly balance?: number;
}

/** Reads the facts of a connection from its state and from the cache. */
export function readQuoteBasis({ client, queryClient, state }: Live): QuoteBasis {
  const keys = bindKeys(client.cacheKey);
  const active = queryClient.getQueryData<ActiveData>(keys.active());
  const credits = queryClient.getQueryData<InfiniteData<CreditsResponse>>(keys.credits())?.pages[0];
  return {
    ...(state.owner.tag !== null && { ownerTag: state.owner.tag }),
    ...(active && { active: active.generations.map(({ id }) => id).join() }),
    ...(credits && { balance: credits.balance }),
  };
}

/** Whether a fact has changed. One that was unknown before, or is unknown now, has not. */
export function hasChanged(before: QuoteBasis, now: QuoteBasis): boolean {
  const facts = ["ownerTag", "active", "balance"] as const;
  return facts.some((fact) => before[fact] !== undefined && now[fact] !== undefined && before[fact] !== now[fact]);
}

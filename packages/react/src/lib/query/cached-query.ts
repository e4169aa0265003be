import type { CreditsResponse, Generation, HistoryResponse } from "@safelight/client/contract";
import type { InfiniteData, QueryKey } from "@tanstack/react-query";
import type { ActiveData } from "./active-data.js";

/** A query below `safelightKeys.all()`, reduced to its key and data. */
export interface CachedQuery {
  readonly queryKey: QueryKey;
  readonly state: { readonly data: unknown };
}

/** One response with its `ownerTag`. Lists of generations also have `sequence`: the last change they include. */
export type CachedResponse = ActiveData | HistoryResponse | CreditsResponse | Generation;

/** Responses in a query's data: the pages of an infinite query, else the one response. */
export function responsesOf({ state: { data } }: CachedQuery): readonly CachedResponse[] {
  if (!data) return [];
  // Every query below the root of `safelightKeys` holds one response or some pages, and no response has this member.
  return (data as Partial<InfiniteData<HistoryResponse | CreditsResponse>>).pages ?? [data as CachedResponse];
}

/** Generations in a query's data. */
export function generationsOf(query: CachedQuery): readonly Generation[] {
  return responsesOf(query).flatMap((page) => {
    if ("entries" in page) return [];
    // A page of the history has no unseen ones.
    return "generations" in page ? [...page.generations, ...((page as Partial<ActiveData>).unseen ?? [])] : page;
  });
}

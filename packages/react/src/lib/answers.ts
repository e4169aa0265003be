import type { CreditsResponse, Generation, HistoryResponse } from "@safelight/client/contract";
import type { InfiniteData, QueryKey } from "@tanstack/react-query";
import type { ActiveData } from "./active-data.js";

/** A query of `safelightKeys`, as far as its answer goes. */
export interface Answered {
  readonly queryKey: QueryKey;
  readonly state: { readonly data: unknown };
}

/** What says whose it is. Lists of generations say in `sequence` up to which change they are complete, too. */
export type AnswerPart = ActiveData | HistoryResponse | CreditsResponse | Generation;

/** What a query holds, page by page. */
export function partsIn({ queryKey, state: { data } }: Answered): readonly AnswerPart[] {
  // What a query of `safelightKeys` holds is told by its key.
  const kind = data && queryKey[2];
  if (kind === "history" || kind === "credits") return (data as InfiniteData<HistoryResponse | CreditsResponse>).pages;
  return kind === "active" || kind === "generation" ? [data as ActiveData | Generation] : [];
}

/** The generations that a query holds. */
export function generationsIn(query: Answered): readonly Generation[] {
  return partsIn(query).flatMap((part) => {
    if ("entries" in part) return [];
    return "generations" in part ? [...part.generations, ...("unseen" in part ? part.unseen : [])] : part;
  });
}

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
export function partsIn({ state: { data } }: Answered): readonly AnswerPart[] {
  if (!data) return [];
  // Below the root of `safelightKeys` there is nothing else.
  const answer = data as AnswerPart | InfiniteData<HistoryResponse | CreditsResponse>;
  return "pages" in answer ? answer.pages : [answer];
}

/** The generations that a query holds. */
export function generationsIn(query: Answered): readonly Generation[] {
  return partsIn(query).flatMap((part) => {
    if ("entries" in part) return [];
    return "generations" in part ? [...part.generations, ...("unseen" in part ? part.unseen : [])] : part;
  });
}

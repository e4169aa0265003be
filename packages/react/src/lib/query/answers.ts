import type { CreditsResponse, Generation, HistoryResponse } from "@safelight/client/contract";
import type { InfiniteData, QueryKey } from "@tanstack/react-query";
import type { ActiveData } from "./active-data.js";

/** A query below `safelightKeys.all()`, reduced to its key and data. */
export interface Answered {
  readonly queryKey: QueryKey;
  readonly state: { readonly data: unknown };
}

/** One response with its `ownerTag`. Lists of generations also have `sequence`: the last change they include. */
export type AnswerPart = ActiveData | HistoryResponse | CreditsResponse | Generation;

/** Responses in a query's data: the pages of an infinite query, else the one response. */
export function partsIn({ state: { data } }: Answered): readonly AnswerPart[] {
  if (!data) return [];
  // Every query below the root of `safelightKeys` holds one of these.
  const answer = data as AnswerPart | InfiniteData<HistoryResponse | CreditsResponse>;
  return "pages" in answer ? answer.pages : [answer];
}

/** Generations in a query's data. */
export function generationsIn(query: Answered): readonly Generation[] {
  return partsIn(query).flatMap((part) => {
    if ("entries" in part) return [];
    return "generations" in part ? [...part.generations, ...("unseen" in part ? part.unseen : [])] : part;
  });
}

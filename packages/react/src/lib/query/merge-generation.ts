import { type Generation, type HistoryResponse, isTerminal } from "@safelight/client/contract";
import type { InfiniteData } from "@tanstack/react-query";
import type { ActiveData } from "./active-data.js";
import type { Answered } from "./answers.js";
import { isListed } from "./is-listed.js";
import { placeGeneration } from "./place-generation.js";
import type { HistoryFilter } from "./safelight-keys.js";

// In this file, what a query of `safelightKeys` holds is told by its key, and the last part of a history's key is its
// filter: hence the casts.

/**
 * The answer that a query holds with a generation in its newest form; `null` where it was deleted. Returns the same
 * answer when nothing changes.
 */
export function mergeGeneration(
  { queryKey, state: { data } }: Answered,
  id: string,
  generation: Generation | null,
): unknown {
  const [, , kind, last] = queryKey;
  // It may be heard of after it was looked for in vain.
  if (kind === "generation") {
    return last === id ? placeGeneration(data ? [data as Generation] : [], id, generation)[0] : data;
  }
  switch (data && kind) {
    case "active":
      return mergeActive(data as ActiveData, id, generation);
    case "history":
      return mergeHistory(data as InfiniteData<HistoryResponse>, last as HistoryFilter, id, generation);
    default:
      return data;
  }
}

function mergeActive(data: ActiveData, id: string, generation: Generation | null): ActiveData {
  const { sequence } = data;
  const isActive = generation !== null && !isTerminal(generation);
  const isUnseen = generation !== null && !isActive && generation.seenAt === null;
  const generations = placeGeneration(data.generations, id, isActive ? generation : null, { sequence });
  const unseen = placeGeneration(data.unseen, id, isUnseen ? generation : null, { sequence, newestBy: "finishedAt" });
  if (generations === data.generations && unseen === data.unseen) return data;
  return { ...data, generations, unseen, unseenCount: data.unseenCount + unseen.length - data.unseen.length };
}

/** What is older than everything loaded stays out: its page will bring it. */
function mergeHistory(
  data: InfiniteData<HistoryResponse>,
  filter: HistoryFilter,
  id: string,
  generation: Generation | null,
): InfiniteData<HistoryResponse> {
  // A page reaches from the end of the one before to its own last generation, and the last page without end.
  const at = data.pages.findIndex(
    ({ generations, nextCursor }) => nextCursor === null || (generations.at(-1)?.id ?? "~") <= id,
  );
  const page = data.pages[at];
  if (page === undefined) return data;
  const generations = placeGeneration(
    page.generations,
    id,
    generation && isListed(generation, filter) ? generation : null,
    page,
  );
  if (generations === page.generations) return data;
  return { ...data, pages: data.pages.map((other) => (other === page ? { ...page, generations } : other)) };
}

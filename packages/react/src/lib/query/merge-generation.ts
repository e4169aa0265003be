import { type Generation, type HistoryResponse, isTerminal } from "@safelight/client/contract";
import type { InfiniteData } from "@tanstack/react-query";
import type { ActiveData } from "./active-data.js";
import type { CachedQuery } from "./cached-query.js";
import { isListed } from "./is-listed.js";
import type { HistoryFilter } from "./safelight-keys.js";
import { upsertGeneration } from "./upsert-generation.js";

// The casts of this file: the key of a query below `safelightKeys` determines its data, and the last part of a history's
// key is its filter.

/** The newest version of a generation; `null` if it was deleted. */
export interface GenerationChange {
  readonly id: string;
  readonly generation: Generation | null;
}

/** Merges a change into a query's data. Returns the same data if nothing changes. */
export function mergeGeneration({ queryKey, state: { data } }: CachedQuery, change: GenerationChange): unknown {
  const [, , kind, last] = queryKey;
  // A generation may arrive after its query failed with `not_found`, and has no data then.
  if (kind === "generation") {
    return last === change.id
      ? upsertGeneration(data ? [data as Generation] : [], change.id, change.generation)[0]
      : data;
  }
  switch (data && kind) {
    case "active":
      return mergeActive(data as ActiveData, change);
    case "history":
      return mergeHistory(data as InfiniteData<HistoryResponse>, { ...change, filter: last as HistoryFilter });
    default:
      return data;
  }
}

function mergeActive(data: ActiveData, { id, generation }: GenerationChange): ActiveData {
  const { sequence } = data;
  const isActive = generation !== null && !isTerminal(generation);
  const isUnseen = generation !== null && !isActive && generation.seenAt === null;
  const generations = upsertGeneration(data.generations, id, isActive ? generation : null, { sequence });
  const unseen = upsertGeneration(data.unseen, id, isUnseen ? generation : null, { sequence, newestBy: "finishedAt" });
  if (generations === data.generations && unseen === data.unseen) return data;
  return { ...data, generations, unseen, unseenCount: data.unseenCount + unseen.length - data.unseen.length };
}

/** Skips a generation that belongs after the loaded pages: the page that includes it is fetched later. */
function mergeHistory(
  data: InfiniteData<HistoryResponse>,
  { id, generation, filter }: GenerationChange & { readonly filter: HistoryFilter },
): InfiniteData<HistoryResponse> {
  // The first page that ends at or after the position of the generation. The last page of a history has no end.
  const at = data.pages.findIndex(
    ({ generations, nextCursor }) => nextCursor === null || (generations.at(-1)?.id ?? "~") <= id,
  );
  const page = data.pages[at];
  if (page === undefined) return data;
  const generations = upsertGeneration(
    page.generations,
    id,
    generation && isListed(generation, filter) ? generation : null,
    page,
  );
  if (generations === page.generations) return data;
  return { ...data, pages: data.pages.map((other) => (other === page ? { ...page, generations } : other)) };
}

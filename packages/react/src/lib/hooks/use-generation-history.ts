import type { AnySafelightClient, SafelightError } from "@safelight/client";
import type { Generation, HistoryResponse } from "@safelight/client/contract";
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type LiveOptions, useLive } from "../connection/use-live.js";
import { historyQueryOptions } from "../query/query-options.js";
import type { HistoryFilter } from "../query/safelight-keys.js";
import { galleryClientOf } from "../query/team-client.js";
import { withMembers } from "../query/tracked-result.js";

/** Result of `useGenerationHistory`: the loaded generations, and the infinite query they are read from. */
export type UseGenerationHistoryResult<G extends Generation = Generation> = UseInfiniteQueryResult<
  InfiniteData<HistoryResponse<G>, string | null>,
  SafelightError
> & {
  /** Generations of all loaded pages, newest first. */
  readonly generations: readonly G[];
};

export function useGenerationHistoryOf(
  client: AnySafelightClient,
  ...[filter = {}, { enabled = true, useRead = useInfiniteQuery } = {}]: [
    filter?: HistoryFilter,
    options?: LiveOptions & { readonly useRead?: typeof useInfiniteQuery },
  ]
): UseGenerationHistoryResult {
  useLive(galleryClientOf(client, filter.of), enabled);
  const query = useRead({ ...historyQueryOptions(client, filter), enabled });
  const pages = query.data?.pages;
  const generations = useMemo(() => pages?.flatMap((page) => page.generations) ?? [], [pages]);
  return withMembers(query, { generations });
}

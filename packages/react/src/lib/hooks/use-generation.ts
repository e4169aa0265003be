import type { AnySafelightClient, SafelightError } from "@safelight/client";
import type { Generation } from "@safelight/client/contract";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type LiveOptions, useLive } from "../connection/use-live.js";
import { generationQueryOptions } from "../query/query-options.js";
import { withMembers } from "../query/tracked-result.js";

/** What `useGeneration` returns: the generation, and the query that it is read from. */
export type UseGenerationResult<G extends Generation = Generation> = UseQueryResult<G, SafelightError> & {
  /** `null` until it is known, and where there is none. */
  readonly generation: G | null;
};

export function useGenerationOf(
  client: AnySafelightClient,
  given: string | null | undefined,
  { enabled = true }: LiveOptions = {},
  useRead = useQuery,
): UseGenerationResult {
  const live = useLive(client, enabled);
  const id = given ?? "";
  const query = useRead({
    ...generationQueryOptions(client, id),
    initialData: () => live.find(id) ?? undefined,
    enabled: enabled && id !== "",
  });
  return withMembers(query, { generation: query.data ?? null });
}

import type { AnySafelightClient, SafelightError } from "@safelight/client";
import type { Generation } from "@safelight/client/contract";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type GalleryLiveOptions, useLive } from "../connection/use-live.js";
import { generationQueryOptions } from "../query/query-options.js";
import { galleryClientOf } from "../query/team-client.js";
import { withMembers } from "../query/tracked-result.js";

/** Result of `useGeneration`: the generation, and the query it is read from. */
export type UseGenerationResult<G extends Generation = Generation> = UseQueryResult<G, SafelightError> & {
  /** `null` until loaded, and if it does not exist. */
  readonly generation: G | null;
};

export function useGenerationOf(
  ownClient: AnySafelightClient,
  ...[given, { enabled = true, of, useRead = useQuery } = {}]: [
    id: string | null | undefined,
    options?: GalleryLiveOptions & { readonly useRead?: typeof useQuery },
  ]
): UseGenerationResult {
  const client = galleryClientOf(ownClient, of);
  const live = useLive(client, enabled);
  const id = given ?? "";
  const query = useRead({
    ...generationQueryOptions(client, id),
    initialData: () => live.commands?.find(id) ?? undefined,
    enabled: enabled && id !== "",
  });
  return withMembers(query, { generation: query.data ?? null });
}

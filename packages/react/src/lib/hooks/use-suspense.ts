import { type AnySafelightClient, SafelightError } from "@safelight/client";
import type { CreditsResponse, Generation, HistoryResponse } from "@safelight/client/contract";
import {
  type InfiniteData,
  type UseSuspenseInfiniteQueryResult,
  type UseSuspenseQueryResult,
  type useInfiniteQuery,
  type useQuery,
  useSuspenseInfiniteQuery,
  useSuspenseQuery,
} from "@tanstack/react-query";
import type { HistoryFilter } from "../query/safelight-keys.js";
import {
  type ActiveMembers,
  type ActiveView,
  type UseActiveGenerationOptions,
  useActiveGenerationOf,
} from "./use-active-generation.js";
import { type UseCreditsResult, useCreditsOf } from "./use-credits.js";
import { useGenerationOf } from "./use-generation.js";
import { type UseGenerationHistoryResult, useGenerationHistoryOf } from "./use-generation-history.js";

/** Options of `useSuspenseActiveGeneration`. */
export type UseSuspenseActiveGenerationOptions<Model extends string = string> = Omit<
  UseActiveGenerationOptions<Model>,
  "enabled"
>;

/** What `useSuspenseActiveGeneration` returns. */
export type UseSuspenseActiveGenerationResult<G extends Generation = Generation> = UseSuspenseQueryResult<
  ActiveView<G>,
  SafelightError
> &
  ActiveMembers<G>;

/** What `useSuspenseGeneration` returns. */
export type UseSuspenseGenerationResult<G extends Generation = Generation> = UseSuspenseQueryResult<
  G,
  SafelightError
> & {
  readonly generation: G;
};

/** What `useSuspenseGenerationHistory` returns. */
export type UseSuspenseGenerationHistoryResult<G extends Generation = Generation> = UseSuspenseInfiniteQueryResult<
  InfiniteData<HistoryResponse<G>, string | null>,
  SafelightError
> &
  Pick<UseGenerationHistoryResult<G>, "generations">;

/** What `useSuspenseCredits` returns. */
export type UseSuspenseCreditsResult = UseSuspenseInfiniteQueryResult<
  InfiniteData<CreditsResponse, string | null>,
  SafelightError
> &
  Pick<UseCreditsResult, "entries"> & { readonly balance: number };

// Each is the hook of the same name, which reads by a hook that returns only once there is an answer: hence the casts.

export const useSuspenseActiveGenerationOf = (
  client: AnySafelightClient,
  options?: UseSuspenseActiveGenerationOptions,
) => useActiveGenerationOf(client, options, useAnswer) as UseSuspenseActiveGenerationResult;

export const useSuspenseGenerationOf = (client: AnySafelightClient, id: string) =>
  useGenerationOf(client, id, {}, useAnswer) as UseSuspenseGenerationResult;

export const useSuspenseGenerationHistoryOf = (client: AnySafelightClient, filter?: HistoryFilter) =>
  useGenerationHistoryOf(client, filter, {}, usePages) as UseSuspenseGenerationHistoryResult;

export const useSuspenseCreditsOf = (client: AnySafelightClient) =>
  useCreditsOf(client, {}, usePages) as UseSuspenseCreditsResult;

const useAnswer = ((options: Parameters<typeof useSuspenseQuery>[0]) =>
  useSuspenseQuery({ ...options, ...onServer() })) as unknown as typeof useQuery;

const usePages = ((options: Parameters<typeof useSuspenseInfiniteQuery>[0]) =>
  useSuspenseInfiniteQuery({ ...options, ...onServer() })) as unknown as typeof useInfiniteQuery;

/**
 * A page that is rendered on a server has no visitor to ask as, and a request that fails there would hold back the stream
 * for its repeats. What was not prefetched is left to the browser: React sends the fallback and goes on there.
 */
const onServer = () =>
  typeof window === "undefined" && {
    queryFn: () => {
      throw new SafelightError("network", "Nothing was prefetched for a suspense hook; the browser will ask");
    },
  };

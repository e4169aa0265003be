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

/** Result of `useSuspenseActiveGeneration`. */
export type UseSuspenseActiveGenerationResult<G extends Generation = Generation> = UseSuspenseQueryResult<
  ActiveView<G>,
  SafelightError
> &
  ActiveMembers<G>;

/** Result of `useSuspenseGeneration`. */
export type UseSuspenseGenerationResult<G extends Generation = Generation> = UseSuspenseQueryResult<
  G,
  SafelightError
> & {
  readonly generation: G;
};

/** Result of `useSuspenseGenerationHistory`. */
export type UseSuspenseGenerationHistoryResult<G extends Generation = Generation> = UseSuspenseInfiniteQueryResult<
  InfiniteData<HistoryResponse<G>, string | null>,
  SafelightError
> &
  Pick<UseGenerationHistoryResult<G>, "generations">;

/** Result of `useSuspenseCredits`. */
export type UseSuspenseCreditsResult = UseSuspenseInfiniteQueryResult<
  InfiniteData<CreditsResponse, string | null>,
  SafelightError
> &
  Pick<UseCreditsResult, "entries"> & { readonly balance: number };

// Each wraps the hook of the same name with a suspense query, which returns only with data: hence the casts.

export const useSuspenseActiveGenerationOf = (
  client: AnySafelightClient,
  options?: UseSuspenseActiveGenerationOptions,
) => useActiveGenerationOf(client, { ...options, useRead: useSuspenseRead }) as UseSuspenseActiveGenerationResult;

export const useSuspenseGenerationOf = (client: AnySafelightClient, id: string) =>
  useGenerationOf(client, id, { useRead: useSuspenseRead }) as UseSuspenseGenerationResult;

export const useSuspenseGenerationHistoryOf = (client: AnySafelightClient, filter?: HistoryFilter) =>
  useGenerationHistoryOf(client, filter, { useRead: useSuspensePages }) as UseSuspenseGenerationHistoryResult;

export const useSuspenseCreditsOf = (client: AnySafelightClient) =>
  useCreditsOf(client, { useRead: useSuspensePages }) as UseSuspenseCreditsResult;

const useSuspenseRead = ((options: Parameters<typeof useSuspenseQuery>[0]) =>
  useSuspenseQuery({ ...options, ...serverQueryFn() })) as unknown as typeof useQuery;

const useSuspensePages = ((options: Parameters<typeof useSuspenseInfiniteQuery>[0]) =>
  useSuspenseInfiniteQuery({ ...options, ...serverQueryFn() })) as unknown as typeof useInfiniteQuery;

/**
 * A server render has no visitor to authenticate as, and a failing request would delay the stream by its retries. Data
 * that was not prefetched is left to the browser: React streams the fallback and renders the rest there.
 */
const serverQueryFn = () =>
  typeof window === "undefined" && {
    queryFn: () => {
      throw new SafelightError("network", "Not prefetched: the browser will fetch");
    },
  };

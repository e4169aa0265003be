import { type AnySafelightClient, SafelightError } from "@safelight/client";
import type { QuoteResponse } from "@safelight/client/contract";
import { queryOptions } from "@tanstack/react-query";
import type { QueryOptions } from "../query/query-options.js";

/** A quote is refetched after this time when its component is shown again: another device may have submitted. */
const staleMs = 30_000;

/** Key prefix of all quotes of a server. It is not below `safelightKeys`, whose queries hold generations or credits. */
export const quotesKey = (cacheKey: string) => ["safelight-quote", cacheKey] as const;

/**
 * Options of the query for one quote.
 *
 * @param client any `SafelightClient` fits.
 * @param submit the model and its input.
 */
export function quoteQueryOptions(
  client: Pick<AnySafelightClient, "cacheKey" | "quote">,
  { model, input }: { readonly model: string; readonly input: unknown },
): QueryOptions<QuoteResponse> {
  return queryOptions<QuoteResponse, SafelightError>({
    queryKey: [...quotesKey(client.cacheKey), model, input],
    // Without the signal: StrictMode's first unmount would cancel the request, and the second mount repeat it.
    queryFn: () => client.quote(model, input),
    staleTime: staleMs,
    // Each draft of an input is another query.
    gcTime: staleMs,
    // The client already retries requests that are safe to repeat.
    retry: false,
    networkMode: "always",
    refetchOnWindowFocus: mayRefetch,
    refetchOnReconnect: mayRefetch,
  });
}

/** Whether a refetch may help: an input that the server has refused stays refused. */
export function mayRefetch({ state: { error } }: { readonly state: { readonly error: Error | null } }): boolean {
  return !(SafelightError.isInstance(error) && error.status === 422);
}

import type { AnySafelightClient, SafelightError } from "@safelight/client";
import type { QuoteResponse } from "@safelight/client/contract";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { mayShow, unknownOwner } from "../connection/owner.js";
import { type LiveOptions, useLive } from "../connection/use-live.js";
import { withMembers } from "../query/tracked-result.js";
import { quoteQueryOptions } from "./quote-query-options.js";
import { refetchQuotesOnChange } from "./refetch-quotes.js";
import { useSettled } from "./use-settled.js";

/** Options of `useQuote`. */
export interface UseQuoteOptions extends LiveOptions {
  /**
   * Time without a change of model or input before the quote is requested, in milliseconds. The first quote is requested
   * at once.
   * @default 250
   */
  readonly debounceMs?: number | undefined;
}

/** Result of `useQuote`: the quote, and the query it is read from. */
export type UseQuoteResult = UseQueryResult<QuoteResponse, SafelightError> & {
  /**
   * `null` until loaded, and for an input that the server refuses: see `error`. While the quote of a changed input loads,
   * it is still that of the previous input.
   */
  readonly quote: QuoteResponse | null;
  /** Whether `quote` is that of the current model and input. */
  readonly isCurrent: boolean;
};

export function useQuoteOf(
  client: AnySafelightClient,
  ...[model, input, { enabled = true, debounceMs = 250 } = {}]: [
    model: string,
    input: unknown,
    options?: UseQuoteOptions,
  ]
): UseQuoteResult {
  const live = useLive(client, enabled);
  // As text, because a component creates a new input on each render.
  const draft = JSON.stringify({ model, input: input ?? null });
  const settled = useSettled(draft, debounceMs);
  // The text of a draft, which has these members.
  const submit = JSON.parse(settled) as { readonly model: string; readonly input: unknown };
  const query = useQuery({
    ...quoteQueryOptions(client, submit),
    enabled: enabled && submit.input !== null,
    placeholderData: (previous) => (submit.input === null ? undefined : previous),
  });
  useEffect(() => (enabled ? refetchQuotesOnChange(live) : undefined), [live, enabled]);
  const owner = useSyncExternalStore(
    live.subscribe,
    () => live.state.owner,
    () => unknownOwner,
  );
  const { data } = query;
  const quote = data !== undefined && mayShow(owner, data.ownerTag) ? data : null;
  return withMembers(query, { quote, isCurrent: quote !== null && draft === settled && !query.isPlaceholderData });
}

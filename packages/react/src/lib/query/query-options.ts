import type { AnySafelightClient, SafelightError } from "@safelight/client";
import type { CreditsResponse, Generation, HistoryResponse } from "@safelight/client/contract";
import { type InfiniteData, infiniteQueryOptions, type QueryKey, queryOptions } from "@tanstack/react-query";
import { hear } from "../connection/heard-answers.js";
import { type ActiveData, toActiveData } from "./active-data.js";
import { type Answered, generationsIn } from "./answers.js";
import { type HistoryFilter, safelightKeys } from "./safelight-keys.js";

/** The parts of a client that a query needs; any `SafelightClient` will do. */
type Source<Method extends keyof AnySafelightClient> = Pick<AnySafelightClient, "cacheKey" | Method>;

/** So long before their end URLs are read again, and so long nobody reads them again whatever the clocks say. */
const marginMs = 60_000;

/** `setInterval` fires at once beyond this, where the clocks are weeks apart. */
const longestIntervalMs = 2 ** 31 - 1;

/** The live loop sees no change of the balance that is not of a generation, such as a grant. */
const creditsStaleMs = 30_000;

/** A query as TanStack Query hands it to its options. */
interface AnsweredQuery extends Answered {
  readonly state: Answered["state"] & { readonly dataUpdatedAt: number; readonly errorUpdatedAt: number };
}

/** When URLs in an answer are to be read again, in epoch milliseconds; never where there are none. */
function urlsDueAt(query: AnsweredQuery): number {
  return (
    Math.min(...generationsIn(query).map(({ urlsExpireAt }) => Date.parse(urlsExpireAt ?? "") || Infinity)) - marginMs
  );
}

// The client has already repeated what is safe to repeat.
const asked = { retry: false } as const;
// The live loop keeps what is watched fresh, but for the URLs of what does not change.
const live = {
  ...asked,
  staleTime: (query: AnsweredQuery) => urlsDueAt(query) - query.state.dataUpdatedAt,
  refetchInterval: (query: AnsweredQuery) => {
    const { dataUpdatedAt, errorUpdatedAt } = query.state;
    const dueAt = Math.max(urlsDueAt(query), dataUpdatedAt + marginMs, errorUpdatedAt + marginMs);
    // TanStack Query calls this in each render, and starts no timer on a server. Next with Cache Components fails the build
    // where a client component reads the clock in a prerender.
    if (dueAt === Infinity || typeof window === "undefined") return false;
    return Math.min(Math.max(dueAt - Date.now(), 1_000), longestIntervalMs);
  },
};

/** Options of the query for what is in progress and what ended unseen, over all models and scopes. */
export function activeQueryOptions(client: Source<"active">) {
  return queryOptions<ActiveData, SafelightError>({
    queryKey: safelightKeys.active(client.cacheKey),
    queryFn: async (context) => {
      const answer = hear(context, await client.active({ signal: context.signal }));
      return toActiveData(answer, typeof window === "undefined" ? null : Date.now());
    },
    // Asked even when the device calls itself offline, so that the interface learns it instead of waiting for ever.
    networkMode: "always",
    // What is not there any more was taken away by the host, which is how it forgets an owner.
    gcTime: Infinity,
    ...live,
  });
}

/** What {@link activeQueryOptions} makes. */
export type ActiveQueryOptions = ReturnType<typeof activeQueryOptions>;

/** The same, asked for whatever is held. It may seem to come from the future, where a clock was set. */
export function askNow<Options>(options: Options): Options & { readonly staleTime: number } {
  return { ...options, staleTime: -Infinity };
}

/** Options of the query for one generation. */
export function generationQueryOptions(client: Source<"get">, id: string) {
  return queryOptions<Generation, SafelightError>({
    queryKey: safelightKeys.generation(id, client.cacheKey),
    queryFn: async (context) => hear(context, await client.get(id, { signal: context.signal })),
    ...live,
  });
}

/** Options of the infinite query for the history, newest first. */
export function historyQueryOptions(client: Source<"list">, filter: HistoryFilter = {}) {
  return infiniteQueryOptions({
    ...pagesOptions<HistoryResponse>(safelightKeys.history(filter, client.cacheKey), (page) =>
      client.list({ ...filter, ...page }),
    ),
    ...live,
  });
}

/** Options of the infinite query for the balance and its movements, newest first. */
export function creditsQueryOptions(client: Source<"credits">) {
  return infiniteQueryOptions({
    ...pagesOptions<CreditsResponse>(safelightKeys.credits(client.cacheKey), (page) => client.credits(page)),
    staleTime: creditsStaleMs,
  });
}

function pagesOptions<Page extends HistoryResponse | CreditsResponse>(
  queryKey: QueryKey,
  read: (page: { readonly cursor: string | null; readonly signal: AbortSignal }) => Promise<Page>,
) {
  return infiniteQueryOptions<Page, SafelightError, InfiniteData<Page, string | null>, QueryKey, string | null>({
    queryKey,
    queryFn: async (context) => hear(context, await read({ cursor: context.pageParam, signal: context.signal })),
    initialPageParam: null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    ...asked,
  });
}

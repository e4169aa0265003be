/** A query as TanStack Query passes it to option callbacks. */
export interface FetchedQuery {
  readonly queryKey: readonly unknown[];
  readonly state: { readonly data: unknown; readonly dataUpdatedAt: number; readonly errorUpdatedAt: number };
}

/** When data is fetched again because its signed URLs expire. */
export interface UrlSchedule {
  readonly staleTime: (query: FetchedQuery) => number;
  /** `false` without URLs. */
  readonly refetchInterval: (query: FetchedQuery) => number | false;
}

/** `null` until the code of the connection is loaded, which sets it. No URL is refetched before. */
export const urlSchedule: { current: UrlSchedule | null } = { current: null };

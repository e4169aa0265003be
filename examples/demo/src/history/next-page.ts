import type { SafelightError } from "@safelight/client";
import type { LoadMoreProps } from "./load-more.tsx";

/** The members of an infinite query that are about its next page. */
interface PagedQuery {
  readonly data: { readonly pages: readonly { readonly nextCursor: string | null }[] } | undefined;
  readonly error: SafelightError | null;
  readonly isFetchingNextPage: boolean;
  readonly isFetchNextPageError: boolean;
  readonly fetchNextPage: () => unknown;
}

/** The next page of a query, as `LoadMore` loads it; `null` if there is none. */
export function nextPageOf(query: PagedQuery): LoadMoreProps | null {
  const cursor = query.data?.pages.at(-1)?.nextCursor ?? null;
  if (cursor === null) return null;
  return {
    cursor,
    // `error` is also that of a refetch of the loaded pages.
    error: query.isFetchNextPageError ? query.error : null,
    isLoading: query.isFetchingNextPage,
    onMore: () => void query.fetchNextPage(),
  };
}

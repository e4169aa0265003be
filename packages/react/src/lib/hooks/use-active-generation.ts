import type { AnySafelightClient, SafelightError } from "@safelight/client";
import type { ActiveGeneration, ActiveResponse, Generation, TerminalGeneration } from "@safelight/client/contract";
import { isTerminal } from "@safelight/client/contract";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useCallback, useInsertionEffect, useRef } from "react";
import type { Connection } from "../connection/connection.js";
import { withLive } from "../connection/live-of.js";
import { mayShow } from "../connection/owner.js";
import { useConnection } from "../connection/use-connection.js";
import { type GalleryLiveOptions, useLive } from "../connection/use-live.js";
import { type ActiveData, toActiveData } from "../query/active-data.js";
import { isListed } from "../query/is-listed.js";
import { activeQueryOptions } from "../query/query-options.js";
import type { HistoryFilter } from "../query/safelight-keys.js";
import { galleryClientOf } from "../query/team-client.js";
import { withMembers } from "../query/tracked-result.js";
import { markRejectionHandled } from "../submit/mark-rejection-handled.js";

/** Options of `useActiveGeneration`. An omitted filter matches every generation. */
export interface UseActiveGenerationOptions<Model extends string = string> extends GalleryLiveOptions {
  readonly model?: Model | undefined;
  readonly scope?: string | undefined;
  /**
   * A response of `GET /active` that the page was rendered with, if the cache was not hydrated. It saves the first
   * request.
   */
  readonly initialData?: ActiveResponse | undefined;
}

/** Active and unseen generations of one model and scope. */
export interface ActiveView<G extends Generation = Generation> {
  /** The newest active generation, else the newest unseen one; `null` if there is neither. */
  readonly generation: G | null;
  /** Active generations, newest first. */
  readonly generations: readonly Extract<G, ActiveGeneration>[];
  /** Number of active generations. */
  readonly count: number;
  /** Finished and not yet marked as seen, newest first: among the newest 20 of the last 7 days. */
  readonly unseen: readonly Extract<G, TerminalGeneration>[];
  /**
   * Number of unseen generations of the last 7 days, at most 1,000, which may exceed `unseen`. With a model or scope it is
   * the length of `unseen`.
   */
  readonly unseenCount: number;
  /** `ownerTag` of the gallery: that of the signed-in user, or with `of: "team"` the team's; `null` while unknown. */
  readonly ownerTag: string | null;
  /** The server's clock minus this device's, in milliseconds; `null` on a server. */
  readonly serverOffsetMs: number | null;
}

/** Result of `useActiveGeneration`: the view, and the query it is read from. */
export type UseActiveGenerationResult<G extends Generation = Generation> = UseQueryResult<
  ActiveView<G>,
  SafelightError
> &
  ActiveMembers<G>;

/** Members that the hook adds to the query result. */
export interface ActiveMembers<G extends Generation = Generation>
  extends Pick<ActiveView<G>, "generation" | "generations" | "count" | "unseen" | "unseenCount" | "ownerTag"> {
  /**
   * Marks finished generations as seen, by default all of `unseen`. They leave `unseen` at once. If the request fails, a
   * refetch brings back those that are still unseen, after a delay that grows with each failure. The function stays the same, so
   * an effect may depend on it.
   * @throws {SafelightError} as a rejection, which may be left unhandled
   */
  readonly markSeen: (ids?: string | readonly string[]) => Promise<void>;
  /** How changes currently reach the page. */
  readonly connection: Connection;
}

const emptyView: ActiveView = {
  generation: null,
  generations: [],
  count: 0,
  unseen: [],
  unseenCount: 0,
  ownerTag: null,
  serverOffsetMs: null,
};

export function useActiveGenerationOf(
  ownClient: AnySafelightClient,
  {
    model,
    of,
    scope,
    initialData,
    enabled = true,
    useRead = useQuery,
  }: UseActiveGenerationOptions & { readonly useRead?: typeof useQuery } = {},
): UseActiveGenerationResult {
  const client = galleryClientOf(ownClient, of);
  const live = useLive(client, enabled);
  const query = useRead({
    ...activeQueryOptions(client),
    enabled,
    // Ignored if another owner has signed in.
    initialData: () =>
      initialData && mayShow(live.state.owner, initialData.ownerTag) ? toActiveData(initialData, null) : undefined,
    select: useCallback((data: ActiveData) => toView(data, { model, scope }), [model, scope]),
  });
  const connection = useConnection(live);
  const { serverOffsetMs: _, ...view } = query.data ?? emptyView;
  const { unseen } = view;
  const latestUnseen = useRef(unseen);
  // Before the effects of this commit, which may call `markSeen`.
  useInsertionEffect(() => {
    latestUnseen.current = unseen;
  });
  const markSeen = useCallback(
    (ids: string | readonly string[] = latestUnseen.current.map(({ id }) => id)) =>
      markRejectionHandled(async () => {
        const list = [ids].flat();
        const sent = client.markSeen(list);
        withLive(live, ({ hide }) => void hide(list, sent));
        await sent;
      }),
    [client, live],
  );
  return withMembers(query, { ...view, markSeen, connection });
}

function toView(data: ActiveData, filter: HistoryFilter): ActiveView {
  const generations = data.generations.filter(
    (generation): generation is ActiveGeneration => isListed(generation, filter) && !isTerminal(generation),
  );
  const unseen = data.unseen.filter(
    (generation): generation is TerminalGeneration => isListed(generation, filter) && isTerminal(generation),
  );
  return {
    generation: generations[0] ?? unseen[0] ?? null,
    generations,
    count: generations.length,
    unseen,
    unseenCount: (filter.model ?? filter.scope) === undefined ? data.unseenCount : unseen.length,
    ownerTag: data.ownerTag,
    serverOffsetMs: data.serverOffsetMs,
  };
}

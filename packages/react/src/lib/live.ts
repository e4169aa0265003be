import type { AnySafelightClient, ConnectionState, SafelightError, SafelightEvent } from "@safelight/client";
import type { ActiveResponse, Generation } from "@safelight/client/contract";
import {
  CancelledError,
  notifyManager,
  type Query,
  type QueryCacheNotifyEvent,
  type QueryClient,
} from "@tanstack/react-query";
import { type ActiveData, toActiveData } from "./active-data.js";
import { createLiveCache, type LiveCache } from "./live-cache.js";
import { activeQueryOptions } from "./query-options.js";
import { safelightKeys } from "./safelight-keys.js";

/** The one live connection of a query client to a server, shared by every hook. */
export interface Live {
  readonly queryClient: QueryClient;
  readonly client: AnySafelightClient;
  readonly cache: Pick<LiveCache, "find" | "hide" | "setBalance">;
  readonly connection: ConnectionState;
  /** Who is signed in; `null` until it is known. */
  readonly ownerTag: string | null;
  /** Grows when another owner is signed in: what was shown before belongs to nobody here. */
  readonly epoch: number;
  /** Brings the answer of a command to everything that shows the generation, and takes up a connection that a 401 ended. */
  take(generation: Generation): void;
  /** Keeps the connection until the returned function is called. */
  mount(): () => void;
  /** Hears each generation that became newer, and, without one, that `connection`, `ownerTag` or `epoch` changed. */
  subscribe(listener: (generation?: Generation) => void): () => void;
}

/** How long the connection outlives its last user, so that moving between pages does not cut it. */
const lingerMs = 1_000;

const lives = new WeakMap<QueryClient, WeakMap<AnySafelightClient, Live>>();

/** The connection that belongs to the two; made at the first call, and gone with them. */
export function liveOf(queryClient: QueryClient, client: AnySafelightClient): Live {
  const byClient = lives.get(queryClient) ?? new WeakMap<AnySafelightClient, Live>();
  const live = byClient.get(client) ?? createLive(queryClient, client);
  lives.set(queryClient, byClient.set(client, live));
  return live;
}

function createLive(queryClient: QueryClient, client: AnySafelightClient): Live {
  const { basePath } = client;
  const options = activeQueryOptions(client);
  const listeners = new Set<(generation?: Generation) => void>();
  const tell = (generation?: Generation) => {
    for (const listener of listeners) listener(generation);
  };
  const cache = createLiveCache(queryClient, basePath, tell);
  let connection: ConnectionState = "live";
  let epoch = 0;
  // Where the events go on from; survives a stop, so that the next start misses nothing.
  let position: Pick<ActiveResponse, "sequence" | "ownerTag"> | undefined;
  let mounts = 0;
  let linger: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;
  let unsubscribe: (() => void) | undefined;

  const setConnection = (next: ConnectionState) => {
    if (next === connection) return;
    connection = next;
    tell();
  };

  /** Learns from a whole answer who is signed in and where the events go on. */
  const adopt = (active: ActiveResponse) => {
    const isOther = position !== undefined && position.ownerTag !== active.ownerTag;
    if (isOther) {
      cache.clear();
      epoch += 1;
    }
    if (isOther || position === undefined) {
      position = { sequence: active.sequence, ownerTag: active.ownerTag };
      tell();
    }
    for (const generation of [...active.generations, ...active.unseen]) cache.take(generation, false);
    return isOther;
  };

  const onCacheEvent = (event: QueryCacheNotifyEvent) => {
    const { query } = event;
    if ((event.type !== "added" && event.type !== "updated") || cache.writing || !isOurs(query, basePath)) return;
    // Queries are added while components render, when nothing may be told.
    if (event.type === "added") return notifyManager.schedule(() => onAnswer(query, false));
    const { type } = event.action;
    if (type === "fetch") cache.reading(query);
    else if (type === "success" || type === "setState") onAnswer(query, type === "success");
  };

  const onAnswer = (query: Query, isFresh: boolean) => {
    const { data } = query.state;
    if (data === undefined) return;
    const kind = query.queryKey[2];
    // What the keys of `safelightKeys` hold is told by their kind. The owner comes first: what is remembered of
    // another one must not be brought into this answer.
    const isOther = kind === "active" && adopt(data as ActiveData);
    if (kind === "generation") cache.take(data as Generation, false);
    cache.catchUp(query);
    // Somebody signed in: the events of the owner before are over, or were ended by a 401.
    if (unsubscribe !== undefined && (isOther || (isFresh && running === undefined))) start();
  };

  const onEvent = (event: SafelightEvent) => {
    switch (event.type) {
      case "hello": {
        // Without a position nothing says what was missed before.
        if (position === undefined) cache.refresh();
        queryClient.setQueryData(options.queryKey, toActiveData(event.active, Date.now()));
        return;
      }
      case "generation":
        reach(event.generation.sequence);
        return cache.take(event.generation, true);
      case "deleted":
        reach(event.sequence);
        return cache.drop(event.id);
      case "resync":
        position = undefined;
        return;
      case "connection":
        return setConnection(event.state);
    }
  };
  const reach = (sequence: number) => {
    if (position !== undefined && sequence > position.sequence) position = { ...position, sequence };
  };

  const start = () => {
    running?.abort();
    running = new AbortController();
    void run(running);
  };

  const run = async (controller: AbortController) => {
    const { signal } = controller;
    try {
      while (position === undefined && !signal.aborted) {
        try {
          adopt(await queryClient.fetchQuery(options));
        } catch (error) {
          if (isSignedOut(error)) throw error;
          // A query whose component went away was canceled under us; anything else the events deal with themselves.
          if (!(error instanceof CancelledError)) break;
        }
      }
      if (signal.aborted) return;
      for await (const event of client.events({ signal, after: position })) {
        if (signal.aborted) return;
        onEvent(event);
      }
    } catch (error) {
      if (signal.aborted) return;
      running = undefined;
      const query = queryClient.getQueryCache().find({ queryKey: options.queryKey });
      query?.setState({ status: "error", error: error as Error, isInvalidated: true });
      setConnection("paused");
    }
  };

  const stop = () => {
    running?.abort();
    running = undefined;
    unsubscribe?.();
    unsubscribe = undefined;
  };

  return {
    queryClient,
    client,
    cache,
    get connection() {
      return connection;
    },
    get epoch() {
      return epoch;
    },
    get ownerTag() {
      return position?.ownerTag ?? null;
    },
    take: (generation) => {
      cache.take(generation, true);
      if (mounts > 0 && running === undefined) start();
    },
    mount: () => {
      mounts += 1;
      clearTimeout(linger);
      if (unsubscribe === undefined) {
        unsubscribe = queryClient.getQueryCache().subscribe(onCacheEvent);
        const active = queryClient.getQueryData(options.queryKey);
        if (active !== undefined) adopt(active);
        start();
      }
      return () => {
        mounts -= 1;
        if (mounts === 0) linger = setTimeout(stop, lingerMs);
      };
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function isSignedOut(error: unknown): boolean {
  // The query rejects with nothing but a `SafelightError` or a `CancelledError`.
  const { code } = error as Partial<SafelightError>;
  return code === "unauthenticated" || code === "forbidden";
}

function isOurs(query: Query, basePath: string): boolean {
  const [root, base] = safelightKeys.all(basePath);
  return query.queryKey[0] === root && query.queryKey[1] === base;
}

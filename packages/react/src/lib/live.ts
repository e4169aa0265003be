import type { AnySafelightClient, ConnectionState, SafelightError } from "@safelight/client";
import { type ActiveResponse, type Generation, isTerminal } from "@safelight/client/contract";
import { CancelledError, notifyManager, type Query, type QueryClient } from "@tanstack/react-query";
import { type ActiveData, toActiveData } from "./active-data.js";
import { generationsIn, mergeGeneration } from "./merge-generation.js";
import { activeQueryOptions } from "./query-options.js";
import { safelightKeys } from "./safelight-keys.js";

/** The one live connection of a query client to a server, shared by every hook. */
export interface Live {
  readonly queryClient: QueryClient;
  readonly client: AnySafelightClient;
  readonly connection: ConnectionState;
  /** Who is signed in; `null` until it is known. */
  readonly ownerTag: string | null;
  /** The newest form of a generation that was heard of; `null` when it was deleted. */
  find(id: string): Generation | null | undefined;
  /** Brings the answer of a command to everything that shows the generation. */
  take(generation: Generation): void;
  /** Stops showing ended generations as unseen, before the server says so. */
  hide(ids: readonly string[]): void;
  /** Keeps the connection until the returned function is called. */
  mount(): () => void;
  /** Hears that something above changed, with the generation that did. */
  subscribe(listener: (generation?: Generation | null) => void): () => void;
}

/** How long the connection outlives its last user, so that moving between pages does not cut it. */
const lingerMs = 1_000;
/** How many generations are remembered, for answers that were made before they changed and arrive after. */
const longestMemory = 1_000;

const lives = new WeakMap<QueryClient, WeakMap<AnySafelightClient, Live>>();

/** The connection that belongs to the two; made at the first call, and gone with them. */
export function liveOf(queryClient: QueryClient, client: AnySafelightClient): Live {
  const byClient = lives.get(queryClient) ?? new WeakMap<AnySafelightClient, Live>();
  const live = byClient.get(client) ?? createLive(queryClient, client);
  lives.set(queryClient, byClient.set(client, live));
  return live;
}

function createLive(queryClient: QueryClient, client: AnySafelightClient): Live {
  const queryCache = queryClient.getQueryCache();
  const options = activeQueryOptions(client);
  const root = { queryKey: safelightKeys.all(client.basePath) };
  const listeners = new Set<(generation?: Generation | null) => void>();
  // The newest form of each generation, the last changed last; `null` when it was deleted.
  const known = new Map<string, Generation | null>();
  let connection: ConnectionState = "live";
  // Where the events go on from; survives a stop, so that the next start misses nothing.
  let position: Pick<ActiveResponse, "sequence" | "ownerTag"> | undefined;
  let mounts = 0;
  let linger: ReturnType<typeof setTimeout> | undefined;
  let creditsTimer: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;
  let unsubscribe: (() => void) | undefined;
  let isWriting = false;

  const tell = (generation?: Generation | null) => {
    for (const listener of listeners) listener(generation);
  };
  const connect = (next: ConnectionState) => {
    connection = next;
    tell();
  };

  // Not `setQueryData`: a merged change is no answer, so it must not clear an error or a pending refetch.
  const write = (query: Query, state: Partial<Query["state"]>) => {
    isWriting = true;
    query.setState(state);
    isWriting = false;
  };
  const forget = (query: Query) => {
    void query.cancel({ silent: true });
    // Not `reset`: that would bring back what was given as initial data.
    write(query, { data: undefined, dataUpdatedAt: 0, error: null, status: "pending", fetchStatus: "idle" });
  };
  const readForgotten = () => {
    void queryClient.refetchQueries({ ...root, type: "active", predicate: ({ state }) => state.data === undefined });
  };
  const merge = (query: Query, id: string, generation: Generation | null) => {
    const data = mergeGeneration(query, id, generation);
    if (data === query.state.data) return;
    if (data === undefined) forget(query);
    else write(query, { data, dataUpdatedAt: Date.now() });
  };
  const learn = (id: string, generation: Generation | null) => {
    known.delete(id);
    known.set(id, generation);
    const [oldest] = known.keys();
    if (known.size > longestMemory && oldest !== undefined) known.delete(oldest);
    for (const query of queryCache.findAll(root)) merge(query, id, generation);
    tell(generation);
  };
  /** `isNews`: it changed just now, rather than being listed in an answer. */
  const take = (generation: Generation, isNews: boolean) => {
    const before = known.get(generation.id);
    if (before === null || (before !== undefined && before.version > generation.version)) return;
    // The same again, perhaps with fresh URLs.
    if (before?.version === generation.version) return void known.set(generation.id, generation);
    learn(generation.id, generation);
    const movesCredits =
      before === undefined
        ? isNews
        : isTerminal(before) !== isTerminal(generation) || before.refundedCredits !== generation.refundedCredits;
    if (movesCredits) readCredits();
  };
  const readCredits = () => {
    // Once for all that changes together.
    clearTimeout(creditsTimer);
    creditsTimer = setTimeout(
      () => void queryClient.invalidateQueries({ queryKey: safelightKeys.credits(client.basePath) }),
    );
  };

  /** Learns from a whole answer who is signed in, and where the events go on. Tells whether it was somebody else. */
  const adopt = ({ ownerTag, sequence }: ActiveResponse) => {
    const isOther = position !== undefined && position.ownerTag !== ownerTag;
    if (isOther) forgetAll();
    if (isOther || position === undefined) position = { sequence, ownerTag };
    return isOther;
  };
  /** Forgets everything but what is active: it was somebody else's, or something was missed. */
  const forgetAll = () => {
    known.clear();
    for (const query of queryCache.findAll(root)) if (query.queryKey[2] !== "active") forget(query);
    readForgotten();
  };

  const onAnswer = (query: Query, isFresh: boolean) => {
    const { data } = query.state;
    if (data === undefined) return;
    // What a key of `safelightKeys` holds is told by its kind.
    const active = query.queryKey[2] === "active" ? (data as ActiveData) : undefined;
    const isOther = active !== undefined && adopt(active);
    for (const generation of generationsIn(query)) take(generation, false);
    // What changed while the answer was being made; that of what is active says up to where it goes.
    for (const [id, generation] of known) {
      if ((generation?.sequence ?? Number.POSITIVE_INFINITY) > (active?.sequence ?? 0)) merge(query, id, generation);
    }
    if (active !== undefined) tell();
    // Somebody signed in: the events of the owner before are over, or were ended by a 401.
    if (unsubscribe !== undefined && (isOther || (isFresh && running === undefined))) start();
  };

  const start = () => {
    running?.abort();
    running = new AbortController();
    void run(running.signal);
  };
  const run = async (signal: AbortSignal) => {
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
      for await (const event of client.events({ signal, after: position })) {
        if (event.type === "connection") connect(event.state);
        else if (event.type === "resync") {
          position = undefined;
          forgetAll();
        } else if (event.type === "hello") {
          queryClient.setQueryData(options.queryKey, toActiveData(event.active, Date.now()));
        } else {
          const { sequence } = event.type === "deleted" ? event : event.generation;
          if (position !== undefined) position = { ...position, sequence };
          if (event.type === "generation") take(event.generation, true);
          else {
            learn(event.id, null);
            readForgotten();
          }
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      running = undefined;
      const query = queryCache.find(options);
      if (query !== undefined) write(query, { status: "error", error: error as Error, isInvalidated: true });
      connect("paused");
    }
  };
  const stop = () => {
    running?.abort();
    unsubscribe?.();
    running = unsubscribe = undefined;
  };

  return {
    queryClient,
    client,
    get connection() {
      return connection;
    },
    get ownerTag() {
      return position?.ownerTag ?? null;
    },
    find: (id) => known.get(id),
    take: (generation) => {
      take(generation, true);
      // Who may command is signed in.
      if (unsubscribe !== undefined && running === undefined) start();
    },
    hide: (ids) => {
      const query = queryCache.find(options);
      // What is in progress stays, whatever it is asked to be.
      const unseen = (query?.state.data as ActiveData | undefined)?.unseen ?? [];
      if (query !== undefined) for (const { id } of unseen) if (ids.includes(id)) merge(query, id, null);
    },
    mount: () => {
      mounts += 1;
      clearTimeout(linger);
      if (unsubscribe === undefined) {
        unsubscribe = queryCache.subscribe((event) => {
          const { query } = event;
          if (isWriting || query.queryKey[0] !== root.queryKey[0] || query.queryKey[1] !== root.queryKey[1]) return;
          // Queries are added while components render, when nothing may be told.
          if (event.type === "added") notifyManager.schedule(() => onAnswer(query, false));
          else if (event.type === "updated") {
            const { type } = event.action;
            if (type === "success" || type === "setState") onAnswer(query, type === "success");
          }
        });
        for (const query of queryCache.findAll(root)) onAnswer(query, false);
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

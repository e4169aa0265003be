import type { AnySafelightClient } from "@safelight/client";
import { type ActiveResponse, type Generation, newerGeneration } from "@safelight/client/contract";
import { CancelledError, type Query, type QueryClient } from "@tanstack/react-query";
import { type ActiveData, toActiveData } from "../query/active-data.js";
import { cachedCredits } from "../query/cached-credits.js";
import { cachedQueries } from "../query/cached-queries.js";
import { generationsOf, responsesOf } from "../query/cached-query.js";
import { activeQueryOptions, forceFetch } from "../query/query-options.js";
import { safelightKeys } from "../query/safelight-keys.js";
import type { Connection } from "./connection.js";
import { codeOf, isSignedOut } from "./error-code.js";
import { growingPause } from "./growing-pause.js";
import type { Live } from "./live-interface.js";
import type { Owner } from "./owner.js";
import { remember } from "./remember.js";
import { watchActive } from "./watch-active.js";

/** How long the connection outlives its last user, so that moving between pages does not cut it. */
const lingerMs = 1_000;

/** Makes the connection of a query client to the client's server. */
export function createLive(queryClient: QueryClient, client: AnySafelightClient): Live {
  const queryCache = queryClient.getQueryCache();
  const { cacheKey } = client;
  const options = activeQueryOptions({ cacheKey, active: (call) => client.active(call) });
  const root = safelightKeys.all(cacheKey);
  const queries = cachedQueries(queryClient, root);
  const credits = cachedCredits(queryClient, safelightKeys.credits(cacheKey), queries);
  const nextPauseMs = growingPause();
  const listeners = new Set<(generation?: Generation | null) => void>();
  // The newest form of each generation, the last changed last; `null` when it was deleted.
  const known = new Map<string, Generation | null>();
  const first: Owner = { tag: null, isHeard: false };
  let owner = first;
  let connection: Connection = "connecting";
  let isCurrent = false;
  // Where the events go on from, also after a stop. `null`: what is active must be asked for.
  let sequence: number | null = null;
  let timeline: string | undefined;
  // Every change after this one is among the known.
  let knownSince = 0;
  const mounted: AnySafelightClient[] = [];
  let isPausing = false;
  let linger: ReturnType<typeof setTimeout> | undefined;
  let running: AbortController | undefined;
  let [unsubscribe, unwatch]: (() => void)[] = [];

  const tell = (generation?: Generation | null) => {
    for (const listener of listeners) listener(generation);
  };
  const connect = (next: Connection, isTold = false) => {
    connection = next;
    // What happens while nothing is heard is told with the next answer.
    isCurrent = (isCurrent || isTold) && next !== "offline" && next !== "signed-out";
    tell();
  };
  /** Where more ended unseen than are listed, only the server knows which is the next one, and how many are left. */
  const readUnseen = () => {
    const active = queryClient.getQueryData(options.queryKey);
    if (active && active.unseenCount > active.unseen.length) queries.refetchSoon(options.queryKey);
  };
  const mayShow = (tag: string) => tag === owner.tag || (owner === first && owner.tag === null);

  const learn = (id: string, generation: Generation | null) => {
    // Known is what everything shows: what an exception cuts short is done again.
    for (const query of queries.all()) queries.merge(query, id, generation);
    knownSince = Math.max(knownSince, remember(known, id, generation));
    tell(generation);
  };
  /** `isNews`: it changed after everything that the events have brought so far. */
  const take = (generation: Generation, isNews = generation.sequence > (sequence ?? Infinity)) => {
    const before = known.get(generation.id);
    if (before === null || (before !== undefined && newerGeneration(before, generation) === before)) return;
    learn(generation.id, generation);
    if (before === undefined && !isNews) return;
    if (before?.finishedAt !== generation.finishedAt || before.refundedCredits !== generation.refundedCredits) {
      credits.invalidate();
    }
    if (generation.seenAt !== null) readUnseen();
  };

  /** Somebody else may be signed in: forgets whatever is not known to be theirs, and asks. */
  const beginAnew = (tag: string | null) => {
    owner = { tag, isHeard: false };
    sequence = null;
    isCurrent = false;
    known.clear();
    for (const query of queries.all()) {
      const parts = responsesOf(query);
      if (parts.length === 0 || parts.some(({ ownerTag }) => ownerTag !== tag)) queries.clear(query);
    }
    tell();
    if (unsubscribe !== undefined) start(nextPauseMs());
  };
  /** Sets the sequence that the events continue from, unless it is known. */
  const adopt = (active: ActiveResponse) => {
    if (active.ownerTag !== owner.tag) return;
    if (sequence === null) {
      sequence = knownSince = active.sequence;
      timeline = active.timeline;
      for (const query of queries.all()) queries.refetchIfOlder(query, knownSince);
    } else if (active.hasMore && active.sequence < knownSince) {
      // Not every generation that the list omits is remembered: receive the events after it again.
      sequence = active.sequence;
      start(0);
    }
  };

  const onData = (query: Query, isFresh: boolean) => {
    const parts = responsesOf(query);
    const ownerTag = parts.at(-1)?.ownerTag;
    if (ownerTag === undefined) return;
    if (isFresh && owner.tag !== null && ownerTag !== owner.tag) beginAnew(ownerTag);
    if (isFresh || mayShow(ownerTag)) owner.tag ??= ownerTag;
    if (parts.some((part) => part.ownerTag !== owner.tag)) {
      queries.clear(query);
      return queries.refetchClearedLater();
    }
    owner.isHeard ||= isFresh;
    for (const generation of generationsOf(query)) take(generation);
    // What changed while the answer was being made.
    for (const [id, generation] of known) queries.merge(query, id, generation);
    if (query.queryKey[2] === "active") {
      // The query of this key holds nothing else.
      const active = query.state.data as ActiveData;
      isCurrent ||= isFresh && !active.hasMore;
      // What came with the page was made just before.
      if (active.serverOffsetMs === null) queries.write(query, { data: toActiveData(active, Date.now()) });
      adopt(active);
      tell();
    }
    if (!isFresh) queries.refetchIfOlder(query, knownSince);
    else signIn(query);
  };
  /** One that nothing was heard of since is not there any more, whatever is shown of it. */
  const onError = ({ queryKey, state }: Query) => {
    // The last part of the key of one generation is its id.
    const id = queryKey[3] as string;
    if (queryKey[2] !== "generation" || codeOf(state.error) !== "not_found" || known.has(id)) return;
    learn(id, null);
    // Told, and not kept: it may come yet, where the answer was of a replica that lags behind.
    known.delete(id);
  };
  const onRemoved = (query: Query) => {
    // Components go on showing what was taken away, until they are told.
    if (query.getObserversCount() > 0) queries.clear(query);
    if (query.queryKey[2] === "active") beginAnew(null);
  };
  /** Who gets an answer is signed in, also after a 401 has ended the events. */
  const signIn = (query?: Query) => {
    if (unsubscribe === undefined || running !== undefined) return;
    start(0);
    queries.refetchAll(query);
  };
  const start = (pauseMs: number) => {
    running?.abort();
    running = new AbortController();
    void run(running.signal, pauseMs);
  };
  const run = async (signal: AbortSignal, pauseMs: number) => {
    try {
      isPausing = pauseMs > 0;
      if (isPausing) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (signal.aborted) return;
      isPausing = false;
      // The query may be another one than before.
      unwatch = watchActive(queryClient, options, unwatch);
      queries.refetchCleared();
      credits.reset();
      // A query whose component went away may be canceled under us. What helps no more is left to the events.
      for (let asks = 0; sequence === null && asks < 3 && !signal.aborted; asks += 1) {
        try {
          adopt(await queryClient.fetchQuery(forceFetch(options)));
        } catch (error) {
          if (isSignedOut(error)) throw error;
          if (!(error instanceof CancelledError)) {
            // The events tell as soon as they know better.
            connect("offline");
            break;
          }
        }
      }
      const after = sequence === null || owner.tag === null ? undefined : { sequence, ownerTag: owner.tag, timeline };
      for await (const event of client.events({ signal, after })) {
        if (event.type === "connection") connect(event.state, event.isCurrent);
        else if (event.type === "credits") credits.setBalance(event.balance);
        else if (event.type === "snapshot") {
          const { active } = event;
          // The events cannot be continued: a backup was restored, or generations moved to another owner.
          if (sequence !== null && active.ownerTag === owner.tag) {
            sequence = null;
            known.clear();
            queries.refetchAll(queryCache.find(options));
          }
          queries.setData(options.queryKey, toActiveData(active, Date.now()));
          const query = queryCache.find(options);
          if (query !== undefined) onData(query, true);
        } else if (event.type === "deleted") {
          learn(event.id, null);
          readUnseen();
          sequence = event.sequence;
        } else if (event.type === "generation") {
          take(event.generation);
          sequence = event.generation.sequence;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isSignedOut(error)) {
        connect("offline");
        return start(nextPauseMs());
      }
      running = undefined;
      owner.isHeard = false;
      void chooseSoon();
      const query = queryCache.find(options);
      // Nothing else passes `isSignedOut`.
      if (query !== undefined) queries.write(query, { status: "error", error: error as Error, isInvalidated: true });
      connect("signed-out");
    }
  };
  const stop = () => {
    running?.abort();
    unsubscribe?.();
    unwatch?.();
    running = unsubscribe = unwatch = undefined;
    isCurrent = owner.isHeard = false;
  };
  /** Another client goes on where nobody has mounted this one any more, or where it was refused. */
  const chooseSoon = async () => {
    // React unmounts all that changes before it mounts it again.
    await undefined;
    const newest = mounted.at(-1);
    if (newest === undefined || newest === client || (running !== undefined && mounted.includes(client))) return;
    client = newest;
    if (!isPausing) start(nextPauseMs());
  };

  return {
    queryClient,
    active: options,
    credits,
    get client() {
      return client;
    },
    get connection() {
      return connection;
    },
    get isCurrent() {
      return isCurrent;
    },
    get owner() {
      return owner;
    },
    mayShow,
    // What the host took out of the cache, perhaps while nobody was mounted, is not shown from here.
    find: (id) => (sequence === null || queryCache.find(options) ? known.get(id) : undefined),
    take: (generation, by) => {
      const { ownerTag } = generation;
      // An answer to somebody who has gone.
      if (by !== owner && ownerTag !== owner.tag) return;
      owner.tag ??= ownerTag;
      if (ownerTag !== owner.tag) beginAnew(ownerTag);
      owner.isHeard = true;
      take(generation, true);
      signIn();
    },
    hide: (ids) => {
      const query = queryCache.find(options);
      // What is in progress stays, whatever it is asked to be.
      const unseen = (query?.state.data as ActiveData | undefined)?.unseen ?? [];
      if (query !== undefined) for (const { id } of unseen) if (ids.includes(id)) queries.merge(query, id, null);
    },
    mount: (next) => {
      mounted.push(next);
      clearTimeout(linger);
      if (unsubscribe === undefined) {
        client = next;
        unsubscribe = queries.subscribe({ onData, onError, onRemoved });
        if (sequence !== null && queryCache.find(options) === undefined) beginAnew(null);
        else {
          for (const query of queries.all()) onData(query, false);
          start(0);
        }
      } else void chooseSoon();
      return () => {
        mounted.splice(mounted.indexOf(next), 1);
        if (mounted.length === 0) linger = setTimeout(stop, lingerMs);
        else void chooseSoon();
      };
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

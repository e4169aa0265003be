import type { CreditsResponse, Generation, HistoryResponse } from "@safelight/client/contract";
import { isTerminal } from "@safelight/client/contract";
import type { InfiniteData, Query, QueryClient } from "@tanstack/react-query";
import { type ActiveData, mergeActive, removeFromActive } from "./active-data.js";
import { mergeHistory, removeFromHistory } from "./merge-history.js";
import { type HistoryFilter, safelightKeys } from "./safelight-keys.js";

/** The cached answers of one server, moved forward generation by generation and never backward. */
export interface LiveCache {
  /** The newest form of a generation that is cached anywhere. */
  find(id: string): Generation | undefined;
  /**
   * Brings a generation to every cached answer that it belongs in, unless a newer one came before. `news` says that it
   * changed just now; an answer that merely lists it does not move credits.
   */
  take(generation: Generation, news: boolean): void;
  /** Takes a deleted generation out of every cached answer. */
  drop(id: string): void;
  /** Stops showing ended generations as unseen, before the server says so. */
  hide(ids: readonly string[]): void;
  /** Shows a new balance at once; its movements are read again. */
  setBalance(balance: number): void;
  /** Notes that a query starts to read: what changes from now on may be missing in its answer. */
  reading(query: Query): void;
  /** Brings to a query's new answer what changed while it was being read. */
  catchUp(query: Query): void;
  /** Reads again everything but what is active: something was missed. */
  refresh(): void;
  /** Forgets everything but what is active: it belonged to somebody else. */
  clear(): void;
  /** Whether a change in the query cache comes from here. */
  readonly writing: boolean;
}

/** Changes that are remembered, for answers that were read before them and arrive after. */
const longestMemory = 500;

/** Makes the cache's keeper. `onChange` hears each generation that became newer. */
export function createLiveCache(
  queryClient: QueryClient,
  basePath: string,
  onChange: (generation: Generation) => void,
): LiveCache {
  const queryCache = queryClient.getQueryCache();
  // `null`: deleted. In order of change, oldest first.
  const changes = new Map<string, { readonly generation: Generation | null; readonly tick: number }>();
  const started = new WeakMap<Query, number>();
  let tick = 0;
  let writing = false;
  let creditsTimer: ReturnType<typeof setTimeout> | undefined;

  const all = () => queryCache.findAll({ queryKey: safelightKeys.all(basePath) });
  const others = (query: Query) => query.queryKey[2] !== "active";

  // Not `setQueryData`: a merged change is no answer, so it must not clear an error or a pending refetch.
  const write = (query: Query, data: unknown) => {
    if (data === query.state.data) return;
    writing = true;
    query.setState({ data, dataUpdatedAt: Date.now() });
    writing = false;
  };
  const remember = (id: string, generation: Generation | null) => {
    changes.delete(id);
    changes.set(id, { generation, tick: ++tick });
    const [oldest] = changes.keys();
    if (changes.size > longestMemory && oldest !== undefined) changes.delete(oldest);
  };
  const blank = (query: Query) => {
    void query.cancel({ silent: true });
    if (query.getObserversCount() === 0) queryCache.remove(query);
    // Not `reset`: that would bring back what was given as initial data.
    else query.setState({ data: undefined, dataUpdatedAt: 0, error: null, status: "pending", fetchStatus: "idle" });
  };
  const readAgain = (predicate: (query: Query) => boolean) => {
    void queryClient.refetchQueries({ queryKey: safelightKeys.all(basePath), type: "active", predicate });
  };
  const refreshCredits = () => {
    if (creditsTimer !== undefined) return;
    creditsTimer = setTimeout(() => {
      creditsTimer = undefined;
      void queryClient.invalidateQueries({ queryKey: safelightKeys.credits(basePath) });
    });
  };

  const cache: LiveCache = {
    find: (id) => {
      const change = changes.get(id);
      return change === undefined ? findIn(all(), id) : (change.generation ?? undefined);
    },
    take: (generation, news) => {
      const before = changes.get(generation.id)?.generation;
      if (before === null || (before !== undefined && before.version >= generation.version)) return;
      remember(generation.id, generation);
      for (const query of all()) write(query, merge(query, generation));
      if (before === undefined ? news && generation.credits !== null : movesCredits(before, generation))
        refreshCredits();
      onChange(generation);
    },
    drop: (id) => {
      remember(id, null);
      for (const query of all()) {
        if (query.queryKey[2] === "generation" && query.queryKey[3] === id) blank(query);
        else write(query, remove(query, id));
      }
      readAgain(({ queryKey }) => queryKey[2] === "generation" && queryKey[3] === id);
    },
    hide: (ids) => {
      for (const query of queryCache.findAll({ queryKey: safelightKeys.active(basePath) })) {
        const data = dataOf<ActiveData>(query);
        if (data !== undefined) write(query, ids.reduce(removeFromActive, data));
      }
    },
    setBalance: (balance) => {
      for (const query of queryCache.findAll({ queryKey: safelightKeys.credits(basePath) })) {
        const data = dataOf<InfiniteData<CreditsResponse>>(query);
        if (data !== undefined) {
          write(query, { ...data, pages: data.pages.map((page, at) => (at === 0 ? { ...page, balance } : page)) });
        }
      }
    },
    reading: (query) => started.set(query, tick),
    catchUp: (query) => {
      const since = started.get(query) ?? 0;
      for (const [id, { generation, tick: at }] of changes) {
        if (at > since && !isIncluded(query, generation)) {
          write(query, generation === null ? remove(query, id) : merge(query, generation));
        }
      }
    },
    refresh: () => {
      changes.clear();
      queryClient.removeQueries({ queryKey: safelightKeys.all(basePath), type: "inactive", predicate: others });
      readAgain(others);
    },
    clear: () => {
      changes.clear();
      all().filter(others).forEach(blank);
      readAgain(others);
    },
    get writing() {
      return writing;
    },
  };
  return cache;
}

/** What a query of `safelightKeys` holds is told by its key: `kind` decides `Data`. */
function dataOf<Data>(query: Query): Data | undefined {
  return query.state.data as Data | undefined;
}

function merge(query: Query, generation: Generation): unknown {
  const [, , kind, detail] = query.queryKey;
  if (query.state.data === undefined) return undefined;
  if (kind === "active") {
    const data = dataOf<ActiveData>(query);
    return data && mergeActive(data, generation);
  }
  if (kind === "generation") {
    const data = dataOf<Generation>(query);
    return detail === generation.id && data !== undefined && data.version < generation.version ? generation : data;
  }
  // The last part of a history's key is its filter.
  return kind === "history"
    ? changePages(query, (pages) => mergeHistory(pages, detail as HistoryFilter, generation))
    : query.state.data;
}

/** A whole answer of what is active says by its sequence which changes it includes, also those that left it. */
function isIncluded(query: Query, generation: Generation | null): boolean {
  const sequence = query.queryKey[2] === "active" ? dataOf<ActiveData>(query)?.sequence : undefined;
  return generation !== null && sequence !== undefined && generation.sequence <= sequence;
}

function remove(query: Query, id: string): unknown {
  const kind = query.queryKey[2];
  if (kind === "history") return changePages(query, (pages) => removeFromHistory(pages, id));
  const data = dataOf<ActiveData>(query);
  return kind === "active" && data !== undefined ? removeFromActive(data, id) : data;
}

function changePages(
  query: Query,
  change: (pages: readonly HistoryResponse[]) => readonly HistoryResponse[],
): InfiniteData<HistoryResponse> | undefined {
  const data = dataOf<InfiniteData<HistoryResponse>>(query);
  const pages = data && change(data.pages);
  return data === undefined || pages === undefined || pages === data.pages ? data : { ...data, pages: [...pages] };
}

function findIn(queries: readonly Query[], id: string): Generation | undefined {
  const listed = queries.flatMap((query): readonly Generation[] => {
    const kind = query.queryKey[2];
    if (query.state.data === undefined) return [];
    if (kind === "active") {
      const data = dataOf<ActiveData>(query);
      return data === undefined ? [] : [...data.generations, ...data.unseen];
    }
    if (kind === "history")
      return dataOf<InfiniteData<HistoryResponse>>(query)?.pages.flatMap((page) => page.generations) ?? [];
    return kind === "generation" ? [dataOf<Generation>(query)].filter((data) => data !== undefined) : [];
  });
  return listed.filter((generation) => generation.id === id).sort((left, right) => right.version - left.version)[0];
}

/** Whether something was taken, kept or given back between two versions. */
function movesCredits(before: Generation, after: Generation): boolean {
  return isTerminal(before) !== isTerminal(after) || before.refundedCredits !== after.refundedCredits;
}

import { SafelightError } from "@safelight/client";
import { type Generation, isTerminal } from "@safelight/client/contract";
import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import { growingPause } from "../connection/growing-pause.js";
import { heardAnswers } from "../connection/heard-answers.js";
import type { ActiveData } from "./active-data.js";
import { type AnswerPart, partsIn } from "./answers.js";
import { mergeGeneration } from "./merge-generation.js";

/** What a query client holds of one server, in the hands of its connection. */
export interface CachedAnswers {
  /** Hears of what others bring, until the returned function is called. What the connection itself writes is no news to it. */
  watch(listener: AnswersListener): () => void;
  all(): readonly Query[];
  write(query: Query, state: Partial<Query["state"]>): void;
  /** Brings in a whole answer that was not asked for by the query. */
  bring(queryKey: QueryKey, answer: unknown): void;
  /** Takes an answer away. */
  empty(query: Query): void;
  /** Asks for what was taken away and is still shown. */
  readEmpty(): void;
  /** The same after a pause, a longer one each time: whatever brought what was taken away may bring it again. */
  readEmptyLater(): void;
  /** Asks for everything again, behind what is shown. */
  readAll(except?: Query): void;
  /**
   * Asks again for an answer that was made before everything from this change on was heard of: for a history, and for one
   * generation that was in progress then and is not now.
   */
  readOlder(query: Query, sequence: number): void;
  /** Asks once for all that changes together. The key is the same object each time. */
  readSoon(queryKey: QueryKey): void;
  /** Brings a generation into an answer; `null` where it was deleted. */
  merge(query: Query, id: string, generation: Generation | null): void;
}

/** What is heard of the answers. */
export interface AnswersListener {
  /** `isFresh`: the server was asked just now, and says it. What came with the page, or from another visit, is not. */
  readonly onAnswer: (query: Query, isFresh: boolean) => void;
  readonly onError: (query: Query) => void;
  readonly onRemoved: (query: Query) => void;
}

/** @param root the key of everything of the server. */
export function cachedAnswers(queryClient: QueryClient, root: readonly unknown[]): CachedAnswers {
  const filter = { queryKey: root };
  const soon = new WeakMap<QueryKey, ReturnType<typeof setTimeout>>();
  const nextPauseMs = growingPause();
  let isLater = false;
  let isWriting = false;

  const readSoon = (queryKey: QueryKey) => {
    clearTimeout(soon.get(queryKey));
    soon.set(
      queryKey,
      setTimeout(() => {
        const query = queryClient.getQueryCache().find({ queryKey });
        // What is being answered may have been made before. It is waited for all the same: if each change took it back, none
        // would come while there are changes.
        const running = query?.state.fetchStatus === "fetching" && query.promise;
        if (running) running.catch(() => {}).then(() => readSoon(queryKey));
        else void queryClient.invalidateQueries({ queryKey, exact: true });
      }),
    );
  };
  const quietly = (work: () => void) => {
    isWriting = true;
    try {
      work();
    } finally {
      isWriting = false;
    }
  };
  // Not `setQueryData`: a merged change is no answer, so it must not clear an error or a pending refetch, nor make the
  // URLs of the rest look fresh.
  const write = (query: Query, state: Partial<Query["state"]>) => quietly(() => query.setState(state));
  // Not `reset`: that would bring back what was given as initial data.
  const end = (query: Query, error: SafelightError | null) => {
    void query.cancel({ silent: true });
    const status = error ? "error" : "pending";
    write(query, { data: undefined, dataUpdatedAt: 0, error, status, fetchStatus: "idle" });
  };

  const readEmpty = () => {
    const predicate = (query: Query) => query.state.status === "pending" && !query.isDisabled();
    for (const query of queryClient.getQueryCache().findAll({ ...filter, type: "active", predicate })) {
      // A persister would bring back what was taken away.
      const { persister: _, ...options } = query.options;
      query.fetch(options, { cancelRefetch: true }).catch(() => {});
    }
  };

  return {
    watch: ({ onAnswer, onError, onRemoved }) =>
      queryClient.getQueryCache().subscribe((event) => {
        const { query } = event;
        if (isWriting || root.some((part, index) => query.queryKey[index] !== part)) return;
        const action = event.type === "updated" ? event.action : event;
        const { type } = action;
        if (type === "fetch") heardAnswers.delete(query);
        else if (type === "removed") onRemoved(query);
        else if (type === "error") onError(query);
        else if (action.type === "success" && !action.manual && heardAnswers.has(query)) onAnswer(query, true);
        // Queries are added and hydrated while components render, when nothing may be told.
        else if (type === "added" || type === "setState" || type === "success")
          queueMicrotask(() => onAnswer(query, false));
      }),
    all: () => queryClient.getQueryCache().findAll(filter),
    write,
    bring: (queryKey, answer) => quietly(() => queryClient.setQueryData(queryKey, answer)),
    empty: (query) => end(query, null),
    readEmpty,
    readEmptyLater: () => {
      if (isLater) return;
      isLater = true;
      setTimeout(() => {
        isLater = false;
        readEmpty();
      }, nextPauseMs());
    },
    readAll: (except) => {
      const predicate = (query: Query) => query !== except && query.state.fetchStatus === "idle";
      void queryClient.invalidateQueries({ ...filter, predicate });
    },
    readOlder: (query, sequence) => {
      const active = queryClient.getQueryData<ActiveData>([...root, "active"])?.generations;
      const isOlder = (part: AnswerPart) =>
        "sequence" in part &&
        part.sequence < sequence &&
        !("status" in part && (isTerminal(part) || active?.some(({ id }) => id === part.id)));
      if (query.queryKey[2] !== "active" && partsIn(query).some(isOlder)) readSoon(query.queryKey);
    },
    readSoon,
    merge: (query, id, generation) => {
      const data = mergeGeneration(query, id, generation);
      if (data === query.state.data) return;
      if (data === undefined) end(query, new SafelightError("not_found", `${id} was deleted`));
      // One generation is the whole answer, also where there was none before.
      else write(query, query.queryKey[2] === "generation" ? { data, error: null, status: "success" } : { data });
    },
  };
}

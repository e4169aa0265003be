import type { ActiveResponse, Generation, HistoryResponse } from "@safelight/client/contract";
import { type InfiniteData, QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { completed, makeGeneration } from "../../../test/generations.js";
import { toActiveData } from "./active-data.js";
import { type CachedQuery, generationsOf } from "./cached-query.js";
import { mergeGeneration } from "./merge-generation.js";
import { type HistoryFilter, safelightKeys } from "./safelight-keys.js";

const merge = (query: CachedQuery, id: string, generation: Generation | null) =>
  mergeGeneration(query, { id, generation });

/** A query with this key and data. */
function holding(queryKey: readonly unknown[], data: unknown) {
  const queryClient = new QueryClient();
  queryClient.setQueryData(queryKey, data);
  const query = queryClient.getQueryCache().find({ queryKey });
  if (query === undefined) throw new Error("the query was set just now");
  return query;
}

const page = (ids: readonly string[], nextCursor: string | null = null): HistoryResponse => ({
  generations: ids.map((id) => makeGeneration(id)),
  nextCursor,
  sequence: 0,
  ownerTag: "owner-a",
});
const history = (pages: HistoryResponse[], filter: HistoryFilter = {}) =>
  holding(safelightKeys.history(filter), { pages, pageParams: pages.map(() => null) });
const pagesAfter = (query: ReturnType<typeof history>, id: string, generation: Generation | null) =>
  (merge(query, id, generation) as InfiniteData<HistoryResponse>).pages.map((one) =>
    one.generations.map((generation) => `${generation.id} ${generation.status}`),
  );

describe("mergeGeneration into a history", () => {
  it("inserts a new generation first", () => {
    expect(pagesAfter(history([page(["gen_2"])]), "gen_3", makeGeneration("gen_3"))).toEqual([
      ["gen_3 pending", "gen_2 pending"],
    ]);
  });

  it("changes only the page that the generation belongs to", () => {
    const query = history([page(["gen_6", "gen_5"], "gen_5"), page(["gen_3"], "gen_3"), page(["gen_1"])]);
    const merged = merge(query, "gen_4", completed(makeGeneration("gen_4"))) as InfiniteData<HistoryResponse>;
    expect(merged.pages[1]?.generations.map(({ id }) => id)).toEqual(["gen_4", "gen_3"]);
    expect(merged.pages[0]).toBe((query.state.data as InfiniteData<HistoryResponse>).pages[0]);
    expect(pagesAfter(query, "gen_5", null)).toEqual([["gen_6 pending"], ["gen_3 pending"], ["gen_1 pending"]]);
    expect(pagesAfter(query, "gen_0", makeGeneration("gen_0"))[2]).toEqual(["gen_1 pending", "gen_0 pending"]);
  });

  it("skips a generation older than every loaded page", () => {
    const query = history([page(["gen_9"], "gen_9")]);
    expect(merge(query, "gen_1", makeGeneration("gen_1"))).toBe(query.state.data);
  });

  it("removes a generation that no longer passes the filter, and inserts one that now does", () => {
    const done = completed(makeGeneration("gen_2"));
    expect(pagesAfter(history([page(["gen_2", "gen_1"])], { status: "pending" }), "gen_2", done)).toEqual([
      ["gen_1 pending"],
    ]);
    expect(pagesAfter(history([page([])], { status: "completed", model: "flux" }), "gen_2", done)).toEqual([
      ["gen_2 completed"],
    ]);
  });

  it.each([[{ model: "other" }], [{ scope: "poster" }], [{ status: "completed" as const }]])(
    "does not insert a generation that fails the filter %j",
    (filter) => {
      const query = history([page(["gen_1"])], filter);
      expect(merge(query, "gen_2", makeGeneration("gen_2"))).toBe(query.state.data);
    },
  );
});

describe("mergeGeneration into active data", () => {
  const running = makeGeneration("gen_2");
  const active = (fields: Partial<ActiveResponse>) =>
    holding(
      safelightKeys.active(),
      toActiveData(
        {
          generations: [],
          hasMore: false,
          unseen: [],
          unseenCount: 0,
          sequence: 0,
          timeline: "timeline-a",
          ownerTag: "owner-a",
          serverTime: "2026-01-01T00:00:00.000Z",
          pollAfterMs: 1_000,
          ...fields,
        },
        null,
      ),
    );

  it("keeps a response that already includes the change, such as one read from a history page", () => {
    const query = active({ sequence: 5 });
    const long = makeGeneration("gen_1", { sequence: 5 });
    expect(merge(query, "gen_1", completed(long))).toBe(query.state.data);
    expect(merge(query, "gen_1", long)).toBe(query.state.data);
  });

  it("moves a finished generation from active to unseen", () => {
    expect(merge(active({ generations: [running] }), "gen_2", completed(running))).toMatchObject({
      generations: [],
      unseen: [{ id: "gen_2", status: "completed" }],
      unseenCount: 1,
    });
  });

  it("removes a generation that was seen or deleted", () => {
    const ended = completed(running);
    const query = active({ unseen: [ended], unseenCount: 30 });
    const seen = { ...ended, version: 9, seenAt: "2026-01-01T00:00:00.000Z" };
    expect(merge(query, "gen_2", seen)).toMatchObject({ unseen: [], unseenCount: 29 });
    expect(merge(query, "gen_2", null)).toMatchObject({ unseen: [], unseenCount: 29 });
  });

  it("returns the same data when nothing changes", () => {
    const query = active({ generations: [running] });
    expect(merge(query, "gen_2", { ...running })).toBe(query.state.data);
    expect(merge(query, "gen_9", null)).toBe(query.state.data);
  });
});

describe("mergeGeneration into other queries", () => {
  it("replaces the generation with the same id, and clears it when it was deleted", () => {
    const query = holding(safelightKeys.generation("gen_2"), makeGeneration("gen_2"));
    expect(merge(query, "gen_2", completed(makeGeneration("gen_2")))).toMatchObject({ status: "completed" });
    expect(merge(query, "gen_1", completed(makeGeneration("gen_1")))).toBe(query.state.data);
    expect(merge(query, "gen_2", null)).toBeUndefined();
  });

  it("keeps credits unchanged", () => {
    const query = holding(safelightKeys.credits(), { pages: [], pageParams: [] });
    expect(merge(query, "gen_2", makeGeneration("gen_2"))).toBe(query.state.data);
    expect(generationsOf(query)).toEqual([]);
  });
});

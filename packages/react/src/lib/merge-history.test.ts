import type { Generation, HistoryResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { completed, makeGeneration } from "../../test/generations.js";
import { mergeHistory, removeFromHistory } from "./merge-history.js";

const page = (ids: readonly string[], nextCursor: string | null = null): HistoryResponse => ({
  generations: ids.map((id) => makeGeneration(id)),
  nextCursor,
});
const idsOf = (pages: readonly HistoryResponse[]) => pages.map(({ generations }) => generations.map(({ id }) => id));

describe("mergeHistory", () => {
  it("puts a new generation first", () => {
    expect(idsOf(mergeHistory([page(["gen_2", "gen_1"])], {}, makeGeneration("gen_3")))).toEqual([
      ["gen_3", "gen_2", "gen_1"],
    ]);
  });

  it("fills an empty history", () => {
    expect(idsOf(mergeHistory([page([])], {}, makeGeneration("gen_1")))).toEqual([["gen_1"]]);
  });

  it("replaces an older version on the page where it is, and leaves the other pages as they are", () => {
    const pages = [page(["gen_4", "gen_3"], "gen_3"), page(["gen_2", "gen_1"])];
    const merged = mergeHistory(pages, {}, completed(makeGeneration("gen_2")));
    expect(merged[1]?.generations.map(({ status }) => status)).toEqual(["completed", "pending"]);
    expect(merged[0]).toBe(pages[0]);
  });

  it("keeps a version that is as new or newer", () => {
    const newer = completed(makeGeneration("gen_1"));
    const pages: HistoryResponse[] = [{ generations: [newer], nextCursor: null }];
    expect(mergeHistory(pages, {}, makeGeneration("gen_1"))).toBe(pages);
    expect(mergeHistory(pages, {}, { ...newer })).toBe(pages);
  });

  it("takes out what no longer fits the filter", () => {
    const pages = [page(["gen_2", "gen_1"])];
    expect(idsOf(mergeHistory(pages, { status: "pending" }, completed(makeGeneration("gen_2"))))).toEqual([["gen_1"]]);
  });

  it("lets what fits the filter now enter at its place by age", () => {
    const done = (id: string): Generation => completed(makeGeneration(id));
    const pages: HistoryResponse[] = [
      { generations: [done("gen_5")], nextCursor: "gen_5" },
      { generations: [done("gen_2")], nextCursor: null },
    ];
    expect(idsOf(mergeHistory(pages, { status: "completed" }, done("gen_3")))).toEqual([["gen_5"], ["gen_3", "gen_2"]]);
  });

  it.each([
    [{ model: "flux" }, makeGeneration("gen_2", { model: "other" })],
    [{ scope: "poster" }, makeGeneration("gen_2")],
    [{ status: "completed" as const }, makeGeneration("gen_2")],
  ])("leaves out what does not fit %j", (filter, generation) => {
    const pages = [page(["gen_1"])];
    expect(mergeHistory(pages, filter, generation)).toBe(pages);
  });

  it("leaves what is older than everything loaded to the page that will bring it", () => {
    const pages = [page(["gen_9"], "gen_9")];
    expect(mergeHistory(pages, {}, makeGeneration("gen_1"))).toBe(pages);
    expect(idsOf(mergeHistory([page(["gen_9"])], {}, makeGeneration("gen_1")))).toEqual([["gen_9", "gen_1"]]);
  });
});

describe("removeFromHistory", () => {
  it("takes a generation off its page", () => {
    expect(idsOf(removeFromHistory([page(["gen_3"], "gen_3"), page(["gen_2", "gen_1"])], "gen_2"))).toEqual([
      ["gen_3"],
      ["gen_1"],
    ]);
  });

  it("returns the same pages when it is not there", () => {
    const pages = [page(["gen_1"])];
    expect(removeFromHistory(pages, "gen_2")).toBe(pages);
  });
});

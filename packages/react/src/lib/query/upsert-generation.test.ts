import type { Generation } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { completed, makeGeneration } from "../../../test/generations.js";
import { upsertGeneration } from "./upsert-generation.js";

const list = [makeGeneration("gen_4"), makeGeneration("gen_2")];
const ids = (generations: readonly { readonly id: string }[]) => generations.map(({ id }) => id);

describe("upsertGeneration", () => {
  it("inserts a generation in order, newest first", () => {
    expect(ids(upsertGeneration(list, "gen_3", makeGeneration("gen_3")))).toEqual(["gen_4", "gen_3", "gen_2"]);
    expect(ids(upsertGeneration([], "gen_3", makeGeneration("gen_3")))).toEqual(["gen_3"]);
  });

  it("sorts by the finish time if requested to", () => {
    const at = (id: string, finishedAt: string) => makeGeneration(id, { finishedAt });
    const ended = [at("gen_1", "2026-01-03"), at("gen_3", "2026-01-01")];
    expect(ids(upsertGeneration(ended, "gen_2", at("gen_2", "2026-01-02"), { newestBy: "finishedAt" }))).toEqual([
      "gen_1",
      "gen_2",
      "gen_3",
    ]);
  });

  it("sorts generations that finished at the same time by id, in any order of arrival", () => {
    const made = ["gen_2", "gen_3", "gen_1"].map((id) => makeGeneration(id, { finishedAt: "2026-01-03" }));
    for (const order of [made, made.toReversed()]) {
      const sorted = order.reduce<readonly Generation[]>(
        (sorted, one) => upsertGeneration(sorted, one.id, one, { newestBy: "finishedAt" }),
        [],
      );
      expect(ids(sorted)).toEqual(["gen_3", "gen_2", "gen_1"]);
    }
  });

  it("replaces an older version, and keeps an equal or newer one", () => {
    const newer = completed(makeGeneration("gen_2"));
    const placed = upsertGeneration(list, "gen_2", newer);
    expect(placed).toEqual([list[0], newer]);
    expect(upsertGeneration(placed, "gen_2", { ...newer })).toBe(placed);
    expect(upsertGeneration(placed, "gen_2", makeGeneration("gen_2"))).toBe(placed);
  });

  it("removes a generation", () => {
    expect(ids(upsertGeneration(list, "gen_4", null))).toEqual(["gen_2"]);
    expect(upsertGeneration(list, "gen_9", null)).toBe(list);
  });
});

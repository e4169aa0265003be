import { expect, it } from "vitest";
import type { OverviewRow, SummaryRow } from "../rows/operator-rows.js";
import { toActiveParts } from "./read-overview.js";

const row = { state: null, model: null, count: 0, stuck: 0, oldestDueAt: null, waiting: 0, inProgress: 0 };
const listed = (list: OverviewRow["list"], id: string): OverviewRow => ({ ...row, list, id });

it("leaves out a listed generation that has ended since", async () => {
  // The cast is safe: only these fields are read.
  const summaries = [
    { id: "gen_2", finishedAt: null, leased: 0 },
    { id: "gen_1", finishedAt: 1, leased: 0 },
  ] as unknown as readonly SummaryRow[];
  const rows = [listed("stuck", "gen_1"), listed("stuck", "gen_2"), listed("slow", "gen_2")];
  const { slow, stuck } = await toActiveParts(rows, async ({ ids }) => {
    expect(JSON.parse(ids)).toEqual(["gen_1", "gen_2"]);
    return summaries;
  });
  expect([stuck, slow].map((list) => list.map(({ id }) => id))).toEqual([["gen_2"], ["gen_2"]]);
});

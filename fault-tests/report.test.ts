import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readBetweenMarks } from "../scripts/page-marks.ts";
import { storeKinds } from "./ground/proving-ground.js";
import type { Proof } from "./proof.js";
import { describeViolations, type Row, tableMarks, toMarkdown, toTable } from "./report.js";

const proof: Proof = {
  id: "F19",
  title: "links",
  proves: [],
  run: async () => ({ runs: 0, faults: 0, violations: [] }),
};
const ran: Row = { proof, result: { runs: 1_200, faults: 3, violations: ["lost"] }, seconds: 4.2, notRun: null };
const notRun: Row = { ...ran, result: { runs: 0, faults: 0, violations: [] }, notRun: "opens no database" };

describe("the report of the proofs", () => {
  it("says why a proof did not run, in place of a number of violations", () => {
    const [, passed, left] = toTable([ran, notRun]).split("\n");
    expect(passed?.split(/ {2,}/)).toEqual(["F19", "1,200", "3", "1", "4", "links"]);
    expect(left?.split(/ {2,}/)).toEqual(["F19", "not run", "links", "opens no database"]);
  });

  it("names the command with its store, so that a reader can repeat it", () => {
    const command = "pnpm prove --store postgres";
    expect(toMarkdown([ran], { seed: 7, date: new Date(0), command })).toContain(
      "`pnpm prove --store postgres --seed 7`",
    );
    expect(describeViolations([ran], { seed: 7, command })).toContain(
      "pnpm prove --store postgres --only F19 --seed 7",
    );
  });

  it.each(storeKinds)("has a place of its own in docs/reliability.md for %s", async (store) => {
    const page = fileURLToPath(new URL("../docs/reliability.md", import.meta.url));
    await expect(readBetweenMarks(page, tableMarks[store])).resolves.not.toBe("");
    expect(new Set(Object.values(tableMarks)).size).toBe(storeKinds.length);
  });
});

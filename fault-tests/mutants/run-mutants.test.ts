import { describe, expect, it } from "vitest";
import type { MutantProcess } from "./mutant-process.js";
import { toList, toSummary } from "./report.js";
import { type Row, runMutants } from "./run-mutants.js";
import type { MutantResponse } from "./worker-process.js";

const mutant = { id: "a.ts guard", edits: [] };
const caught = { type: "mutant", verdict: { type: "caught", by: "a.test.ts: a test", ms: 1 } } as const;

/** Processes that return these responses in order, and a log of the calls. */
function scripted(answers: readonly (MutantResponse | null)[]) {
  const log: (number | "kill" | "close")[] = [];
  const left = [...answers];
  const start = async (): Promise<MutantProcess> => ({
    async run(_request, withinMs) {
      log.push(withinMs);
      return left.shift() ?? null;
    },
    close: () => log.push("close"),
    kill: () => log.push("kill"),
  });
  return { log, start };
}

const run = (start: () => Promise<MutantProcess>, nearest = true): Promise<readonly Row[]> =>
  runMutants([mutant], { processes: 1, nearest, onRow: () => {}, start });

describe("runMutants", () => {
  it("repeats a timed-out mutant once in a new process with more time", async () => {
    const { log, start } = scripted([null, caught]);
    expect(await run(start)).toEqual([{ mutant, verdict: caught.verdict }]);
    expect(log).toEqual([180_000, "kill", 540_000, "close"]);
  });

  it("does not count a second timeout as caught", async () => {
    const { log, start } = scripted([null, null]);
    const rows = await run(start);
    expect(rows).toEqual([{ mutant, verdict: { type: "timeout", ms: 540_000 } }]);
    expect(log).toEqual([180_000, "kill", 540_000, "kill", "close"]);
    expect(toSummary(rows, { seconds: 1, equivalents: [] })).toContain("0 caught");
    expect(toSummary(rows, { seconds: 1, equivalents: [] })).toContain("timed out:\n  a.ts guard");
    expect(toList(rows)).toContain("| `a.ts guard` | **timeout** |");
  });

  it("runs the tests without a mutant first", async () => {
    const { log, start } = scripted([{ type: "unchanged", red: null }, caught]);
    expect(await run(start, false)).toEqual([{ mutant, verdict: caught.verdict }]);
    expect(log).toEqual([expect.any(Number), "close", 180_000, "close"]);
  });

  it("rejects when a test fails or times out without a mutant", async () => {
    await expect(run(scripted([{ type: "unchanged", red: "b" }]).start, false)).rejects.toThrow("fails without");
    await expect(run(scripted([null]).start, false)).rejects.toThrow("timed out");
  });
});

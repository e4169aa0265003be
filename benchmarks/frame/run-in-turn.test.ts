import { expect, onTestFinished, test, vi } from "vitest";
import type { Benchmark, Findings } from "./benchmark.ts";
import { toMarkdown } from "./report.ts";
import { runInTurn } from "./run-in-turn.ts";

const findings: Findings = {
  columns: ["", "found"],
  rows: [["ours", "7"]],
  verdicts: [{ what: "it is fast", target: "≤ 9", measured: "7", isMet: true }],
};

const benchmark = (name: string, run: Benchmark["run"]): Benchmark => ({ name, title: name, method: "", run });

test("continues after a failure, and reports the failed benchmark", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
  const failing = () => Promise.reject(new Error("The host ended.\nin a second line"));
  const { failures, sections } = await runInTurn(
    [benchmark("first", async () => findings), benchmark("second", failing), benchmark("third", async () => findings)],
    "short",
  );
  expect(sections.map((section) => section.benchmark.name)).toEqual(["first", "third"]);
  expect(failures).toEqual([{ name: "second", reason: "The host ended." }]);
  const circumstances = { command: "bench", size: "short", machine: "this one", day: new Date(0) } as const;
  const text = toMarkdown(sections, { circumstances, failures });
  expect(text).toContain("**`second` failed and has no section**: The host ended.");
  expect(text.match(/it is fast/g)).toHaveLength(2);
  expect(toMarkdown(sections, { circumstances })).not.toContain("failed");
});

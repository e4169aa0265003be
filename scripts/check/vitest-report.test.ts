import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../command.ts";
import { failedVitestFiles, rerunCommands, vitestCounts } from "./vitest-report.ts";

const testResults = [
  {
    name: join(root, "scripts/a.test.ts"),
    status: "failed",
    assertionResults: [
      { status: "passed", fullName: "a passes" },
      { status: "failed", fullName: "a doesn't (once)" },
      { status: "skipped", fullName: "a is skipped" },
      { status: "todo", fullName: "a is not written" },
    ],
  },
  { name: join(root, "scripts/b.test.ts"), status: "failed", assertionResults: [] },
  {
    name: join(root, "scripts/c.test.ts"),
    status: "passed",
    assertionResults: [{ status: "passed", fullName: "c passes" }],
  },
];

it("returns the command that runs a failed test alone, or the file's when the file did not load", () => {
  expect(rerunCommands({ testResults })).toEqual([
    "pnpm vitest run scripts/a.test.ts -t '^a doesn.t .once.$'",
    "pnpm vitest run scripts/b.test.ts",
  ]);
});

it("names the failed files with their counts, and counts one that did not load as a failure", () => {
  expect(failedVitestFiles({ testResults })).toEqual([
    { name: "scripts/a.test.ts", counts: { passed: 1, failed: 1, skipped: 2 } },
    { name: "scripts/b.test.ts", counts: { passed: 0, failed: 1, skipped: 0 } },
  ]);
  expect(vitestCounts({ testResults })).toEqual({ passed: 2, failed: 2, skipped: 2 });
});

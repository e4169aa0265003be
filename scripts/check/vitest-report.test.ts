import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../command.ts";
import { rerunCommands } from "./vitest-report.ts";

const counts = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };

it("returns the command that runs a failed test alone, or the file's when the file did not load", () => {
  const testResults = [
    {
      name: join(root, "scripts/a.test.ts"),
      status: "failed",
      assertionResults: [
        { status: "passed", fullName: "a passes" },
        { status: "failed", fullName: "a doesn't (once)" },
      ],
    },
    { name: join(root, "scripts/b.test.ts"), status: "failed", assertionResults: [] },
    { name: join(root, "scripts/c.test.ts"), status: "passed", assertionResults: [] },
  ];
  expect(rerunCommands({ ...counts, testResults })).toEqual([
    "pnpm vitest run scripts/a.test.ts -t '^a doesn.t .once.$'",
    "pnpm vitest run scripts/b.test.ts",
  ]);
});

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

// A card copies its text into a `role=status` element after a second, and removes the copy a second later. In that time, a
// page-wide text locator matches two elements, so that a test fails only on a slow machine.
const unscoped = /\b\w*(page|tab)(\.getByRole\("status"\))?\s*\.getByText\(/gi;

test("no test uses a page-wide text locator, which could also match the announcement of a card", () => {
  const found = globSync("*.ts", { cwd: import.meta.dirname }).flatMap((file) =>
    (readFileSync(join(import.meta.dirname, file), "utf8").match(unscoped) ?? []).map((call) => `${file}: ${call}`),
  );
  assert.deepEqual(found, []);
});

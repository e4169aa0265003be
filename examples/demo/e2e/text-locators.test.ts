import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

// A card puts a copy of its words into a `role=status` element after a second, and takes it away after another one.
// Found in the whole page, the same words are two elements then, and on a fast machine they are one.
const unscoped = /\b\w*(page|tab)(\.getByRole\("status"\))?\s*\.getByText\(/gi;

test("no test looks for a text in the whole page, where a card's startupMessage has the same words", () => {
  const found = globSync("*.ts", { cwd: import.meta.dirname }).flatMap((file) =>
    (readFileSync(join(import.meta.dirname, file), "utf8").match(unscoped) ?? []).map((call) => `${file}: ${call}`),
  );
  assert.deepEqual(found, []);
});

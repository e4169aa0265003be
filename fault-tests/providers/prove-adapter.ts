import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runProviderMatrix } from "../../packages/server/testing/provider-matrix.js";
import { readBetweenMarks } from "../../scripts/page-marks.ts";
import { columnOf, plainTextOf } from "./matrix-table.js";
import { subjects } from "./subjects.js";

const page = fileURLToPath(new URL("../../docs/providers.md", import.meta.url));

/** Runs the matrix of one adapter as tests, and checks that docs/providers.md has the same results. */
export function proveAdapter(name: keyof typeof subjects): void {
  const ends = runProviderMatrix(name, subjects[name]);
  it(`has ${name} as documented in docs/providers.md (pnpm prove:providers --markdown docs/providers.md)`, async () => {
    const column = columnOf(await readBetweenMarks(page, "matrix"), name);
    expect(column).not.toBeNull();
    for (const [title, end] of ends) {
      const written = column?.get(title)?.replace(/ \([a-z]\)$/, "") ?? "–";
      expect([title, written]).toEqual([title, plainTextOf(end)]);
    }
  });
}

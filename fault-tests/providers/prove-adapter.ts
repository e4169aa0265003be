import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { matrixCells } from "../../packages/server/testing/provider-matrix/cells.js";
import { cellsOfRestarts } from "../../packages/server/testing/provider-matrix/cells-of-restarts.js";
import { testCells } from "../../packages/server/testing/provider-matrix/test-cells.js";
import { readBetweenMarks } from "../../scripts/page-marks.ts";
import { columnOf, plainTextOf } from "./matrix-table.js";
import { subjects } from "./subjects.js";

const page = fileURLToPath(new URL("../../docs/providers.md", import.meta.url));

/** An adapter that polls and has webhooks, one that blocks, and a host's functions. */
const killed: readonly (keyof typeof subjects)[] = ["replicate", "openai", "custom"];

/**
 * Runs the matrix of one adapter as tests, and checks that docs/providers.md has the same results. A kill at every step takes
 * half of the time, and tests the worker rather than the adapter: `pnpm prove:providers` has these cells of all adapters.
 */
export function proveAdapter(name: keyof typeof subjects): void {
  const cells = killed.includes(name) ? matrixCells : matrixCells.filter((cell) => !cellsOfRestarts.includes(cell));
  const ends = testCells(name, { subject: subjects[name], cells });
  it(`has ${name} as documented in docs/providers.md (pnpm prove:providers --markdown docs/providers.md)`, async () => {
    const column = columnOf(await readBetweenMarks(page, "matrix"), name);
    expect(column).not.toBeNull();
    for (const [title, end] of ends) {
      const written = column?.get(title)?.replace(/ \([a-z]\)$/, "") ?? "–";
      expect([title, written]).toEqual([title, plainTextOf(end)]);
    }
  });
}

import { describe, it } from "vitest";
import type { CellEnd, MatrixCell } from "./cell.js";
import type { MatrixSubject } from "./subject.js";

/** For each cell. A cell that hangs fails. */
const timeoutMs = 120_000;

/** Registers a vitest test for each cell. @returns the result of each cell by title, complete after the tests. */
export function testCells<Input>(
  name: string,
  { cells, subject }: { readonly cells: readonly MatrixCell[]; readonly subject: MatrixSubject<Input> },
): ReadonlyMap<string, CellEnd> {
  const ends = new Map<string, CellEnd>();
  describe(`${name} in the matrix`, () => {
    for (const cell of cells) {
      it(`holds: ${cell.title}`, { timeout: timeoutMs }, async ({ skip }) => {
        // Imported here, because the other exports of the entry need no database.
        const { playCell } = await import("./play-cell.js");
        // The adapter that `open` creates receives only inputs that `input` creates.
        const end = await playCell(subject as MatrixSubject<unknown>, cell);
        ends.set(cell.title, end);
        if (end.type === "not_applicable") skip(`not applicable: ${end.reason}`);
      });
    }
  });
  return ends;
}

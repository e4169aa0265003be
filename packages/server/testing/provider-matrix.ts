import { describe, it } from "vitest";
import type { CellEnd } from "./provider-matrix/cell.js";
import { matrixCells } from "./provider-matrix/cells.js";
import type { MatrixSubject } from "./provider-matrix/subject.js";

/** No cell needs longer: whatever hangs is a failure. */
const timeoutMs = 20_000;

/**
 * Drives an adapter through the real worker, on a real database file, against the fake of its vendor behind a real port:
 * everything that vendor, network and process can do to a paid request. In each cell, the vendor takes at most one paid
 * request for a generation unless it has refused it or told that it has failed, the credits are right, nothing is left in
 * progress, nobody but the vendor is asked for anything, and the log knows neither key nor prompt.
 *
 * What an adapter or its vendor cannot do is a test that is skipped, and says why. It registers vitest tests, and needs
 * `libsql`.
 *
 * @param name what is tested, as it appears in the report.
 * @returns how each cell ended, once the tests have run.
 * @example
 * ```ts
 * runProviderMatrix("fal", {
 *   createVendor: createFalVendor,
 *   open: (options) => fal("fal-ai/flux/dev", { ...options, keySetUrl: `${options.baseUrl}/.well-known/jwks.json` }),
 *   input: (prompt) => ({ prompt }),
 *   inputForTwo: (prompt) => ({ prompt, num_images: 2 }),
 * });
 * ```
 */
export function runProviderMatrix<Input>(name: string, subject: MatrixSubject<Input>): ReadonlyMap<string, CellEnd> {
  const ends = new Map<string, CellEnd>();
  describe(`${name} in the matrix`, () => {
    for (const cell of matrixCells) {
      it(`holds: ${cell.title}`, { timeout: timeoutMs }, async ({ skip }) => {
        // Not before it is needed: whoever wants something else of this entry may do without a database.
        const { playCell } = await import("./provider-matrix/play-cell.js");
        // Only what `input` made is ever handed to what `open` made.
        const end = await playCell(subject as MatrixSubject<unknown>, cell);
        ends.set(cell.title, end);
        if (end.type === "not_applicable") skip(`not applicable: ${end.reason}`);
      });
    }
  });
  return ends;
}

import type { CellEnd } from "./provider-matrix/cell.js";
import { matrixCells } from "./provider-matrix/cells.js";
import type { MatrixSubject } from "./provider-matrix/subject.js";
import { testCells } from "./provider-matrix/test-cells.js";

/**
 * Registers vitest tests that run an adapter in the real worker, on a real database file, against the fake of its vendor
 * on a real port. The cells cover faults of the vendor, the network and the process during a paid request. Each cell
 * checks these guarantees:
 *
 * - The vendor accepts at most one paid request for a generation, unless it refused a request or reported its failure.
 * - The credits are correct, and no generation stays in progress.
 * - The adapter sends requests to no other host.
 * - The log contains neither the API key nor the prompt.
 *
 * A cell that the adapter or its vendor does not support is skipped with a reason. Requires `libsql`.
 *
 * @param name name of the adapter in the test report.
 * @returns the result of each cell by title. Complete after the tests have run.
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
  return testCells(name, { subject, cells: matrixCells });
}

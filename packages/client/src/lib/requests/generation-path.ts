import { SafelightError } from "./safelight-error.js";

/**
 * Path of one generation. Invalid ids are rejected without a request: `""` or `".."` would address another route.
 *
 * @throws {SafelightError} not_found
 */
export function generationPath(id: string): string {
  if (!id.startsWith("gen_")) throw new SafelightError("not_found", `No generation id: "${id}"`);
  return `/${encodeURIComponent(id)}`;
}

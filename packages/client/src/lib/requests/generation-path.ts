import { SafelightError } from "./safelight-error.js";

/**
 * The path of one generation. What is no id is not sent: `""` or `".."` would be another address.
 *
 * @throws {SafelightError} not_found
 */
export function generationPath(id: string): string {
  if (!id.startsWith("gen_")) throw new SafelightError("not_found", `"${id}" is not the id of a generation`);
  return `/${encodeURIComponent(id)}`;
}

import { toBase64 } from "../../../bytes/base64.js";
import type { InputFiles } from "../../../ports/input-files.js";
import { replaceReferences } from "./replace-references.js";

/**
 * Replaces every reference to an uploaded file with a URL that the vendor can read, or with a data URL if there is none.
 *
 * @throws {InputFileUnavailable} if an uploaded file was deleted, or is too large for a data URL.
 */
export function resolveReferences(input: unknown, files: InputFiles): Promise<unknown> {
  return replaceReferences(input, async (reference) => {
    const url = await files.urlOf(reference);
    if (url !== null) return url;
    const { bytes, contentType } = await files.read(reference);
    return `data:${contentType};base64,${toBase64(bytes)}`;
  });
}

import { toBase64 } from "../../../bytes/base64.js";
import type { InputFiles } from "../../../ports/input-files.js";
import { replaceReferences } from "./replace-references.js";

/**
 * Replaces every reference to an uploaded file by a URL. A host without a public URL sends the file as a data URL.
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

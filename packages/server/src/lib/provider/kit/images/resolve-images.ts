import { toBase64 } from "../../../bytes/base64.js";
import type { InputImages } from "../../../ports/input-images.js";
import { replaceReferences } from "./replace-references.js";

/**
 * Replaces every reference to an uploaded file by a URL. A host without a public URL sends the file as a data URL.
 *
 * @throws {InputImageUnavailable} if an uploaded file was deleted, or is too large for a data URL.
 */
export function resolveImages(input: unknown, images: InputImages): Promise<unknown> {
  return replaceReferences(input, async (reference) => {
    const url = await images.urlOf(reference);
    if (url !== null) return url;
    const { bytes, contentType } = await images.read(reference);
    return `data:${contentType};base64,${toBase64(bytes)}`;
  });
}

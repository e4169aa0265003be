import { toBase64 } from "../../../bytes/base64.js";
import type { InputImages } from "../../../ports/input-images.js";
import { replaceReferences } from "./replace-references.js";

/**
 * Replaces every reference to an uploaded image by a URL. A host without a public URL sends the image as a data URL.
 *
 * @throws {InputImageUnavailable} if an uploaded image was deleted.
 */
export function resolveImages(input: unknown, images: InputImages): Promise<unknown> {
  return replaceReferences(input, async (reference) => {
    const url = await images.urlOf(reference);
    if (url !== null) return url;
    const { bytes, contentType } = await images.read(reference);
    return `data:${contentType};base64,${toBase64(bytes)}`;
  });
}

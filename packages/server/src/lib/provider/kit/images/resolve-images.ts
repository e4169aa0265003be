import { toBase64 } from "../../../bytes/base64.js";
import type { InputImages } from "../../../ports/input-images.js";
import { replaceReferences } from "./replace-references.js";

/**
 * An input with every reference to an uploaded picture replaced by a URL, or by the picture itself as a data URL where the
 * host has none that vendors reach.
 *
 * @throws {InputImageMissing} when a picture is not there any more.
 */
export function resolveImages(input: unknown, images: InputImages): Promise<unknown> {
  return replaceReferences(input, async (reference) => {
    const url = await images.urlOf(reference);
    if (url !== null) return url;
    const { bytes, contentType } = await images.read(reference);
    return `data:${contentType};base64,${toBase64(bytes)}`;
  });
}

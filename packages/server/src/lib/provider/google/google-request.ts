import { toBase64 } from "../../bytes/base64.js";
import { uploadReferencesIn } from "../../generation/upload-reference.js";
import type { InputFiles } from "../../ports/input-files.js";
import { readImage } from "../kit/inputs/read-image.js";
import type { GoogleInput } from "./google-input.js";

/**
 * Converts an input to the body of `generateContent`.
 *
 * @returns `null` if an image is neither uploaded nor a data URL, or is in a field that takes no image.
 * @throws {InputFileUnavailable} if an uploaded image was deleted.
 */
export async function googleRequest({ image, ...others }: GoogleInput, files: InputFiles): Promise<object | null> {
  if (uploadReferencesIn(others).length > 0) return null;
  const { aspectRatio, imageSize, prompt, ...settings } = others;
  const parts: object[] = [{ text: prompt }];
  const encoded = new Map<string, string>();
  for (const given of image === undefined ? [] : [image].flat()) {
    const read = await readImage(given, files);
    if (read === null) return null;
    // Each image is encoded once, because base64 takes more memory than the image.
    const data = encoded.get(given) ?? toBase64(read.bytes);
    encoded.set(given, data);
    parts.push({ inlineData: { mimeType: read.contentType, data } });
  }
  const hasConfig = aspectRatio !== undefined || imageSize !== undefined;
  const imageConfig = hasConfig && { imageConfig: { aspectRatio, imageSize } };
  return {
    contents: [{ role: "user", parts }],
    generationConfig: { ...settings, responseModalities: ["IMAGE"], ...imageConfig },
  };
}

import { isImageReference } from "../../generation/image-reference.js";
import type { InputImages } from "../../ports/input-images.js";
import { dataUrlOf } from "../vendor/resolve-images.js";
import type { GoogleInput } from "./google-input.js";

/**
 * Words an input as `generateContent` takes it.
 *
 * @returns `null` when a picture in it is neither an uploaded one nor a data URL.
 * @throws {InputImageMissing} when an uploaded one is not there any more.
 */
export async function googleRequest(
  { aspectRatio, image, imageSize, prompt, ...settings }: GoogleInput,
  images: InputImages,
): Promise<object | null> {
  const parts: object[] = [{ text: prompt }];
  for (const given of image === undefined ? [] : [image].flat()) {
    const part = toPart(isImageReference(given) ? await dataUrlOf(given, images) : given);
    if (part === null) return null;
    parts.push(part);
  }
  const hasConfig = aspectRatio !== undefined || imageSize !== undefined;
  const imageConfig = hasConfig && { imageConfig: { aspectRatio, imageSize } };
  return {
    contents: [{ role: "user", parts }],
    generationConfig: { ...settings, responseModalities: ["IMAGE"], ...imageConfig },
  };
}

/** `null` for what is no picture, such as an address: nothing is fetched at the word of an owner. */
function toPart(given: string): object | null {
  const [, mimeType, data] = /^data:(image\/[\w.+-]+);base64,(.+)$/s.exec(given) ?? [];
  return data === undefined ? null : { inlineData: { mimeType, data } };
}

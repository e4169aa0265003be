import { toBase64 } from "../../bytes/base64.js";
import { imageReferencesIn } from "../../generation/image-reference.js";
import type { InputImages } from "../../ports/input-images.js";
import { readPicture } from "../kit/images/read-picture.js";
import type { GoogleInput } from "./google-input.js";

/**
 * Words an input as `generateContent` takes it.
 *
 * @returns `null` when a picture in it is neither an uploaded one nor a data URL, or is where no picture goes.
 * @throws {InputImageMissing} when an uploaded one is not there any more.
 */
export async function googleRequest({ image, ...others }: GoogleInput, images: InputImages): Promise<object | null> {
  if (imageReferencesIn(others).length > 0) return null;
  const { aspectRatio, imageSize, prompt, ...settings } = others;
  const parts: object[] = [{ text: prompt }];
  const encoded = new Map<string, string>();
  for (const given of image === undefined ? [] : [image].flat()) {
    const picture = await readPicture(given, images);
    if (picture === null) return null;
    // Once for each: the text of a large picture takes more memory than the picture.
    const data = encoded.get(given) ?? toBase64(picture.bytes);
    encoded.set(given, data);
    parts.push({ inlineData: { mimeType: picture.contentType, data } });
  }
  const hasConfig = aspectRatio !== undefined || imageSize !== undefined;
  const imageConfig = hasConfig && { imageConfig: { aspectRatio, imageSize } };
  return {
    contents: [{ role: "user", parts }],
    generationConfig: { ...settings, responseModalities: ["IMAGE"], ...imageConfig },
  };
}

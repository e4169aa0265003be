import { toBase64 } from "../../bytes/base64.js";
import { imageReferencesIn } from "../../generation/image-reference.js";
import type { InputImages } from "../../ports/input-images.js";
import { readImage } from "../kit/images/read-image.js";
import type { GoogleVideoInput } from "./google-video-input.js";

/**
 * Converts an input to the body of `predictLongRunning`.
 *
 * @returns `null` if a frame is neither uploaded nor a data URL, or a reference is in another field.
 * @throws {InputImageUnavailable} if an uploaded image was deleted.
 */
export async function googleVideoRequest(input: GoogleVideoInput, images: InputImages): Promise<object | null> {
  const { image, lastFrame, prompt, ...parameters } = input;
  if (imageReferencesIn({ prompt, parameters }).length > 0) return null;
  const instance: Record<string, unknown> = { prompt };
  for (const [name, given] of Object.entries({ image, lastFrame })) {
    if (given === undefined) continue;
    const read = await readImage(given, images);
    if (read === null) return null;
    instance[name] = { bytesBase64Encoded: toBase64(read.bytes), mimeType: read.contentType };
  }
  return { instances: [instance], parameters };
}

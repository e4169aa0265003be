import { toBase64 } from "../../bytes/base64.js";
import { uploadReferencesIn } from "../../generation/upload-reference.js";
import type { InputFiles } from "../../ports/input-files.js";
import { readImage } from "../kit/inputs/read-image.js";
import type { GoogleVideoInput } from "./google-video-input.js";

/**
 * Converts an input to the body of `predictLongRunning`.
 *
 * @returns `null` if a frame is neither uploaded nor a data URL, or a reference is in another field.
 * @throws {InputFileUnavailable} if an uploaded image was deleted.
 */
export async function googleVideoRequest(input: GoogleVideoInput, files: InputFiles): Promise<object | null> {
  const { image, lastFrame, prompt, ...parameters } = input;
  if (uploadReferencesIn({ prompt, parameters }).length > 0) return null;
  const instance: Record<string, unknown> = { prompt };
  for (const [name, given] of Object.entries({ image, lastFrame })) {
    if (given === undefined) continue;
    const read = await readImage(given, files);
    if (read === null) return null;
    instance[name] = { bytesBase64Encoded: toBase64(read.bytes), mimeType: read.contentType };
  }
  return { instances: [instance], parameters };
}

import type { InputFiles, ProviderFailure } from "@safelight/server";
import { placeholderOf } from "../image/placeholder-pixels.js";
import { createRandom } from "../image/random.js";

/** Width and height of the placeholder, in pixels. */
const side = 4;
/** Read from the start of each part of the file, in bytes. */
const sampleBytes = 4_096;

/**
 * Reads an uploaded video or audio file, and makes a placeholder of its bytes: the demo has no decoder. The same file gives the
 * same colors, and each of its parts has one of them.
 *
 * @throws {InputFileUnavailable} if the file was deleted.
 */
export async function readClipPlaceholder(
  reference: string,
  files: InputFiles,
): Promise<{ readonly inputPlaceholder: string } | { readonly failure: ProviderFailure }> {
  const { bytes, contentType } = await files.read(reference);
  if (contentType.startsWith("image/")) {
    return { failure: { code: "invalid_input", message: "The clip is an image: use a video or an audio file." } };
  }
  return { inputPlaceholder: placeholderOfBytes(bytes) };
}

function placeholderOfBytes(bytes: Uint8Array): string {
  const cells = side * side;
  const rgba = new Uint8Array(cells * 4);
  for (let cell = 0; cell < cells; cell += 1) {
    const start = Math.floor((cell * bytes.byteLength) / cells);
    const random = createRandom(hashOf(bytes.subarray(start, start + sampleBytes)), "clip");
    rgba.set([random.whole(20, 240), random.whole(20, 240), random.whole(20, 240), 255], cell * 4);
  }
  return placeholderOf({ width: side, height: side, rgba });
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array): number {
  return bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5) >>> 0;
}

import { sharpScaler } from "./sharp-scaler.js";

/**
 * Returns the placeholder of an image, a thumbhash in base64: its colors in about 25 bytes. `null` if the host has not
 * installed `sharp`. Images are decoded one at a time in a process.
 *
 * @throws if the bytes are not a readable image, exceed 64 MiB, have too many pixels, or take too long.
 */
export function imagePlaceholder(image: Blob): Promise<string | null> {
  return sharpScaler({ logger: silent }).placeholderOf(image);
}

/** The result reports a missing `sharp`. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

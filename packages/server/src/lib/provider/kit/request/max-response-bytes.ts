/** Default of the host's `maxOutputBytes`. */
const usualOutputBytes = 67_108_864;
/** V8's maximum length of a string; ASCII has one byte per character. A larger response could not be parsed. */
const maxStringLength = 536_870_888;

/** Limit of a response without images: a status with the log of a long run, or a result with URLs. In bytes. */
export const maxTextResponseBytes = 4_194_304;

/** Limit of a response that repeats the request, including its images. In bytes, because JSON is mostly ASCII. */
export function maxEchoBytes(sent: string): number {
  return Math.min(sent.length + maxTextResponseBytes, maxStringLength);
}

/**
 * Limit of a response with base64 images, in bytes. Each image that is within `maxOutputBytes` fits.
 *
 * @param options.textBytes allowance for the rest of the response.
 */
export function maxResponseBytes(
  maxOutputBytes: number = usualOutputBytes,
  {
    images = 1,
    textBytes = 1_048_576,
  }: { readonly images?: number | undefined; readonly textBytes?: number | undefined } = {},
): number {
  return Math.min(Math.ceil((maxOutputBytes * 4) / 3) * images + textBytes, maxStringLength);
}

const base64 = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

/** Size of `tinyPng` in bytes. */
export const tinyPngByteLength = 67;

/** SHA-256 of `tinyPng`. */
export const tinyPngSha256 = "a1abfd410973b0111c215baa879b9edcd739e601659ba44168269767cc2e9108";

/** Thumbhash of `tinyPng`. */
export const tinyPngPlaceholder = "IAhCBwAI9wiIh4hwj3CI+AiIAAAAAAAA";

/** A valid PNG of one gray pixel. */
export function tinyPng(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

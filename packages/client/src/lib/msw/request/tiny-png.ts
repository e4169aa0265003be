const base64 = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

/** How many bytes `tinyPng` makes. */
export const tinyPngByteLength = 67;

/** Its thumbhash. */
export const tinyPngPlaceholder = "IAhCBwAI9wiIh4hwj3CI+AiIAAAAAAAA";

/** A real picture of one gray pixel. */
export function tinyPng(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/**
 * FNV-1a of the UTF-16 code units of a text, as an unsigned integer of 32 bits. Synchronous, unlike Web Crypto, and not for
 * security.
 */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

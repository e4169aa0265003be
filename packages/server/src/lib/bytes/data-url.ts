import { decodeBase64Url } from "./base64-url.js";

/** Returns whether a URL holds its own bytes. */
export function isDataUrl(url: string): boolean {
  return /^data:/i.test(url);
}

/**
 * Decodes a data URL (RFC 2397): base64 of either alphabet, with or without whitespace and padding, or
 * percent-encoding. Does not use `fetch`, which hosts wrap and patch.
 *
 * @returns `null` when the URL is malformed.
 */
export function bytesOfDataUrl(url: string): Uint8Array | null {
  const [, head = "", text] = /^data:([^,]*),([^#]*)/i.exec(url) ?? [];
  if (text === undefined) return null;
  const isBase64 = /; *base64$/i.test(head);
  if (!isBase64) return percentDecoded(text);
  if (!text.includes("%")) return decodeBase64Url(text);
  const decoded = percentDecoded(text);
  // Only ASCII is base64, and each byte of other characters decodes to a character that is not.
  return decoded && decodeBase64Url(new TextDecoder("latin1").decode(decoded));
}

const percent = 0x25;

/** Decodes to bytes, because the bytes of an image are not UTF-8: `decodeURIComponent` would throw. */
function percentDecoded(text: string): Uint8Array | null {
  const encoded = new TextEncoder().encode(text);
  let length = 0;
  for (let at = 0; at < encoded.length; at += 1) {
    let byte = encoded[at] ?? 0;
    if (byte === percent) {
      byte = hexValue(encoded[at + 1]) * 16 + hexValue(encoded[at + 2]);
      if (Number.isNaN(byte)) return null;
      at += 2;
    }
    // Decodes in place: the result is never longer than its source.
    encoded[length] = byte;
    length += 1;
  }
  return encoded.slice(0, length);
}

/** The value of a hexadecimal digit by its ASCII code; `NaN` for any other character. */
function hexValue(code = 0): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lowerCase = code | 0x20;
  return lowerCase >= 0x61 && lowerCase <= 0x66 ? lowerCase - 0x57 : Number.NaN;
}

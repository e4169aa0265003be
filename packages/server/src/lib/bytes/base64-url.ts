import { decodeBase64, toBase64 } from "./base64.js";

/** Bytes as base64url without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Decodes either alphabet, with or without padding and whitespace; `null` for any other text. */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  return decodeBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
}

/** @returns `null` unless the text is exactly what `toBase64Url` writes, so that bytes have one encoding only. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = decodeBase64Url(text);
  return bytes !== null && toBase64Url(bytes) === text ? bytes : null;
}

/** Encodes bytes as lowercase hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Decodes exactly `byteLength` bytes from hexadecimal in either case; `null` for any other text. */
export function fromHex(text: string, byteLength: number): Uint8Array<ArrayBuffer> | null {
  if (!/^[\da-f]*$/i.test(text) || text.length !== byteLength * 2) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

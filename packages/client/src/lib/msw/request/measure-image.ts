/** Signature of each allowed type, as characters, and its byte offset. */
const signatures = [
  ["image/png", 0, "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", 0, "\xff\xd8\xff"],
  ["image/gif", 0, "GIF8"],
  ["image/webp", 8, "WEBP"],
  ["image/avif", 4, "ftypavif"],
] as const;

/** Detects the type of an image from its bytes. Reads the size of a PNG; other types have a size of 1 × 1 pixel. */
export function measureImage(
  bytes: Uint8Array,
): { readonly contentType: string; readonly width: number; readonly height: number } | null {
  const found = signatures.find(
    ([, at, text]) => String.fromCharCode(...bytes.subarray(at, at + text.length)) === text,
  );
  if (found === undefined) return null;
  const [contentType] = found;
  if (contentType !== "image/png" || bytes.byteLength < 24) return { contentType, width: 1, height: 1 };
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { contentType, width: view.getUint32(16), height: view.getUint32(20) };
}

/** How each allowed type begins: bytes as characters, and where. */
const signatures = [
  ["image/png", 0, "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", 0, "\xff\xd8\xff"],
  ["image/gif", 0, "GIF8"],
  ["image/webp", 8, "WEBP"],
  ["image/avif", 4, "ftypavif"],
] as const;

/** What a picture's bytes say. The size of a PNG is the real one; any other picture is said to have one pixel. */
export function measurePicture(
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

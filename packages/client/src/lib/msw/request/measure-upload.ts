import type { UploadedInput } from "../../contract/wire.js";

/** Each allowed type, the byte offset of its signature, and the signature as characters. The first match wins. */
const signatures = [
  ["image/png", 0, "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", 0, "\xff\xd8\xff"],
  ["image/gif", 0, "GIF8"],
  ["image/webp", 8, "WEBP"],
  ["image/avif", 4, "ftypavif"],
  ["image/avif", 4, "ftypavis"],
  ["video/quicktime", 4, "ftypqt  "],
  ["audio/mp4", 4, "ftypM4A "],
  ["video/mp4", 4, "ftyp"],
  ["video/webm", 0, "\x1a\x45\xdf\xa3"],
  ["audio/wav", 8, "WAVE"],
  ["audio/mpeg", 0, "ID3"],
  ["audio/mpeg", 0, "\xff\xfb"],
  ["audio/ogg", 0, "OggS"],
  ["audio/flac", 0, "fLaC"],
] as const;

/**
 * Detects the type of a file from its bytes; `null` for other types. Reads the size of a PNG. Other images and videos count as
 * 1 × 1 pixel, videos and audio files as one second.
 */
export function measureUpload(bytes: Uint8Array): Omit<UploadedInput, "id" | "url"> | null {
  const found = signatures.find(
    ([, at, text]) => String.fromCharCode(...bytes.subarray(at, at + text.length)) === text,
  );
  if (found === undefined) return null;
  const [contentType] = found;
  if (contentType.startsWith("audio/"))
    return { kind: "audio", contentType, width: null, height: null, durationMs: 1_000 };
  if (contentType.startsWith("video/")) return { kind: "video", contentType, width: 1, height: 1, durationMs: 1_000 };
  const type = { kind: "image", contentType, durationMs: null } as const;
  if (contentType !== "image/png" || bytes.byteLength < 24) return { ...type, width: 1, height: 1 };
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { ...type, width: view.getUint32(16), height: view.getUint32(20) };
}

import type { ProviderMedia } from "../ports/provider.js";

/**
 * The bytes of a data URL. Without `fetch`, which hosts wrap and patch.
 *
 * @returns `null` when it is none.
 */
export function bytesOfDataUrl(url: string): ProviderMedia | null {
  const [head = "", ...rest] = url.slice("data:".length).split(",");
  if (rest.length === 0) return null;
  const text = rest.join(",");
  const [contentType = "", ...parameters] = head.split(";");
  try {
    const characters = parameters.includes("base64") ? atob(decodeURIComponent(text)) : decodeURIComponent(text);
    // A loop: pictures are long, and `Uint8Array.from` would call a function for each byte.
    const bytes = new Uint8Array(characters.length);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = characters.charCodeAt(at);
    return { bytes, contentType };
  } catch {
    // Neither escapes nor base64 that anybody can read.
    return null;
  }
}

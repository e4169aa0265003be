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
    return { bytes: Uint8Array.from(characters, (character) => character.charCodeAt(0)), contentType };
  } catch {
    // Neither escapes nor base64 that anybody can read.
    return null;
  }
}

/**
 * The `Content-Security-Policy` of a file in a tab of its own: no script runs, and nothing else is loaded. A browser plays a video
 * or audio there only if its player has the origin of the file.
 */
export function mediaPolicyOf(contentType: string): string {
  const isPlayed = /^(video|audio)\//.test(contentType);
  return isPlayed ? "default-src 'none'; media-src 'self'; sandbox allow-same-origin" : "default-src 'none'; sandbox";
}

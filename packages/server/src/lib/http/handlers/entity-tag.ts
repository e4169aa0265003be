/**
 * Reads `If-None-Match`.
 *
 * @returns tells whether an opaque tag (without quotes) is among those that the client has; `null` when it has none.
 */
export function parseIfNoneMatch(header: string | undefined): ((tag: string) => boolean) | null {
  if (header === undefined) return null;
  if (header.trim() === "*") return () => true;
  // Weak comparison, as the method asks for: W/"1" and "1" are the same.
  const tags = new Set(Array.from(header.matchAll(/(?:W\/)?"([^"]*)"/g), (match) => match[1]));
  return (tag) => tags.has(tag);
}

/**
 * Parses `If-None-Match`.
 *
 * @returns a function that checks whether the header lists an opaque tag (without quotes); `null` without a header.
 */
export function parseIfNoneMatch(header: string | undefined): ((tag: string) => boolean) | null {
  if (header === undefined) return null;
  if (header.trim() === "*") return () => true;
  // Weak comparison, as for every `If-None-Match`: W/"1" and "1" are equal.
  const tags = new Set(Array.from(header.matchAll(/(?:W\/)?"([^"]*)"/g), (match) => match[1]));
  return (tag) => tags.has(tag);
}

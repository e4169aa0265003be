/** Whether `If-None-Match` contains a tag. Weak comparison: `W/"1"` and `"1"` are equal. */
export function matchesIfNoneMatch(header: string | null, tag: string): boolean {
  if (header === null) return false;
  if (header.trim() === "*") return true;
  return [...header.matchAll(/(?:W\/)?"([^"]*)"/g)].some(([, known]) => known === tag);
}

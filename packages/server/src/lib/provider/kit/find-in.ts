/** More than the outputs of any model; bounds the work on a malformed result. */
export const maxFiles = 100;
const maxDepth = 8;

/** All nested values of a result that match `isWanted`, in order. */
export function findIn<Part>(result: unknown, isWanted: (part: unknown) => part is Part): readonly Part[] {
  const found: Part[] = [];
  const visit = (part: unknown, depth: number): void => {
    if (depth > maxDepth || found.length === maxFiles) return;
    if (isWanted(part)) found.push(part);
    else if (typeof part === "object" && part !== null)
      for (const inner of Object.values(part)) visit(inner, depth + 1);
  };
  visit(result, 0);
  return found;
}

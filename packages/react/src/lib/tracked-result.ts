/**
 * A query result with members of our own beside it. Each member of the result is read only when the caller reads it:
 * TanStack Query notes what is read, and renders again for nothing else.
 */
export function withMembers<Result extends object, Members extends object>(
  result: Result,
  members: Members,
): Result & Members {
  const combined = { ...members };
  for (const key of Object.keys(result)) {
    Object.defineProperty(combined, key, { enumerable: true, get: () => result[key as keyof Result] });
  }
  // Every key of `result` was defined above.
  return combined as Result & Members;
}

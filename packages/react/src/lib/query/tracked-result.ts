/**
 * A query result with members of our own beside it, and before its own. Each member of the result is read only when the caller reads it:
 * TanStack Query notes what is read, and renders again for nothing else.
 */
export function withMembers<Result extends object, Members extends object>(
  result: Result,
  members: Members,
): Result & Members {
  for (const key of Object.keys(result)) {
    if (key in members) continue;
    Object.defineProperty(members, key, { enumerable: true, get: () => result[key as keyof Result] });
  }
  // Every key of `result` that is not a member was defined above.
  return members as Result & Members;
}

/**
 * Adds members to a query result; they override its own. Each property of the result is read lazily, because TanStack
 * Query re-renders only for properties that were read.
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

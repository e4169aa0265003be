/** In milliseconds: the confirmed time advances once an hour. */
const unconfirmedMs = 3_600_000;

/** A generation that has ended. `is_due`: 1 if its age is confirmed. */
export interface EndedRow {
  readonly id: string;
  readonly due_in_ms: number;
  readonly is_due: number;
}

/**
 * The generations to purge, and the delay until the next purge.
 *
 * @param found one more than `limit`, if there are more; oldest end first.
 */
export function toPurge(
  found: readonly EndedRow[],
  limit: number,
): { readonly ids: readonly string[]; readonly nextInMs: number | null } {
  const due = found.slice(0, limit).filter((row) => row.is_due === 1);
  const next = found[due.length];
  return { ids: due.map(({ id }) => id), nextInMs: next === undefined ? null : nextCheckInMs(next) };
}

/** A row that has expired only by this process's clock waits for the confirmed time. */
function nextCheckInMs({ due_in_ms: dueInMs, is_due: isDue }: EndedRow): number {
  if (isDue === 1) return 0;
  return dueInMs > 0 ? dueInMs : unconfirmedMs;
}

/** When something is due next, as plain data; in epoch milliseconds. */
export interface DueTime {
  readonly setAt: number;
  readonly dueAt: number;
}

/** Due at once. */
export const dueNow: DueTime = { setAt: Number.NEGATIVE_INFINITY, dueAt: Number.NEGATIVE_INFINITY };

export function dueIn(delayMs: number, now: number): DueTime {
  return { setAt: now, dueAt: now + delayMs };
}

/** Milliseconds until the time; 0 if it is due. Also 0 if the clock was set back since, so that the wait never grows. */
export function leftUntil({ dueAt, setAt }: DueTime, now: number): number {
  return now < setAt ? 0 : Math.max(dueAt - now, 0);
}

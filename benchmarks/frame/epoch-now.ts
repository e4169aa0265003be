/** Monotonic epoch milliseconds with fractions, comparable between the processes of one machine. */
export function epochNow(): number {
  return performance.timeOrigin + performance.now();
}

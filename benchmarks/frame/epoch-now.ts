/** Epoch milliseconds, with fractions, that never go back: comparable between the processes of one machine. */
export function epochNow(): number {
  return performance.timeOrigin + performance.now();
}

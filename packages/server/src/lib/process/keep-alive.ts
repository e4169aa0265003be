/** Max interval of JavaScript engines. */
const intervalMs = 2 ** 31 - 1;

/**
 * Keeps this process alive when it has no other pending work.
 *
 * @returns a function that releases it; further calls do nothing.
 */
export function keepAlive(): () => void {
  const interval = setInterval(() => {}, intervalMs);
  return () => clearInterval(interval);
}

/** As long as JavaScript engines can wait. */
const intervalMs = 2 ** 31 - 1;

/**
 * Keeps this process from ending by itself, although nothing else in it is going on.
 *
 * @returns a function that lets it end again; calling it twice does nothing.
 */
export function keepAlive(): () => void {
  const interval = setInterval(() => {}, intervalMs);
  return () => clearInterval(interval);
}

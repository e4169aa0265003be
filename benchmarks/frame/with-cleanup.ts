/** Registers the cleanup of a resource. */
export type Defer = (cleanUp: () => unknown) => void;

/**
 * Runs some work and then the registered cleanups in reverse order, also when the work or a cleanup fails.
 *
 * @throws the error of the work, or else the first error of a cleanup.
 */
export async function withCleanup<Result>(work: (defer: Defer) => Promise<Result>): Promise<Result> {
  const cleanups: (() => unknown)[] = [];
  const [outcome] = await Promise.allSettled([work((cleanUp) => cleanups.push(cleanUp))]);
  const failures: unknown[] = [];
  for (const cleanUp of cleanups.toReversed()) {
    try {
      await cleanUp();
    } catch (error) {
      failures.push(error);
    }
  }
  if (outcome.status === "rejected") throw outcome.reason;
  if (failures.length > 0) throw failures[0];
  return outcome.value;
}

/** Is told how to let go of something that was just started. */
export type Defer = (letGo: () => unknown) => void;

/**
 * Does some work and then lets go of everything that it has started, the last first: also where the next thing does not
 * start, or one cannot be let go of.
 *
 * @throws what the work has thrown; else what letting go has thrown first.
 */
export async function withCleanup<Result>(work: (defer: Defer) => Promise<Result>): Promise<Result> {
  const started: (() => unknown)[] = [];
  const [outcome] = await Promise.allSettled([work((letGo) => started.push(letGo))]);
  const failures: unknown[] = [];
  for (const letGo of started.toReversed()) {
    try {
      await letGo();
    } catch (error) {
      failures.push(error);
    }
  }
  if (outcome.status === "rejected") throw outcome.reason;
  if (failures.length > 0) throw failures[0];
  return outcome.value;
}

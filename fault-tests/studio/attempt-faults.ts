/** A paid request that the vendor accepted. */
export interface PaidJob {
  readonly id: string;
  readonly prompt: string;
}

interface AttemptParts {
  /** The stored operations of all attempts, which contain the id of their job; `null` of attempts without a job. */
  readonly operations: readonly (string | null)[];
  readonly paid: readonly PaidJob[];
  /** The end of each generation, by its prompt. */
  readonly endByPrompt: ReadonlyMap<string, string>;
}

/** Ends of a generation whose response from the vendor may be lost for good, with the worker that received it. */
const endsWithoutResponse: readonly (string | undefined)[] = ["outcome_unknown", "canceled"];

/**
 * Compares the attempts with the jobs that the vendor was paid for: one attempt for each job, but for those whose response was
 * lost for good.
 *
 * @returns the number of those, and the broken promises.
 */
export function attemptFaults({ operations, paid, endByPrompt }: AttemptParts): {
  readonly lost: number;
  readonly faults: readonly string[];
} {
  const jobs = operations.filter((operation) => operation !== null);
  const counted = paid.map((job) => ({
    ...job,
    attempts: jobs.filter((operation) => operation.includes(job.id)).length,
  }));
  const lost = counted.filter(({ attempts }) => attempts === 0);
  const isExplained = ({ prompt }: PaidJob) => endsWithoutResponse.includes(endByPrompt.get(prompt));
  const known = paid.length - lost.length;
  return {
    lost: lost.length,
    faults: [
      ...counted.filter(({ attempts }) => attempts > 1).map(({ id }) => `two attempts have the paid job ${id}`),
      ...lost.filter((job) => !isExplained(job)).map(({ id }) => `no attempt has the paid job ${id}`),
      ...(jobs.length === known ? [] : [`${jobs.length} attempts have a job, and the vendor has ${known} of them`]),
    ],
  };
}

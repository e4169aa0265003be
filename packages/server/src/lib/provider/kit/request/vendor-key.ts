import type { SubmitOutcome } from "../../../ports/provider.js";

/**
 * A vendor's key: as it was given, else from the environment at the time of use, never at import.
 *
 * @returns `null` when there is none: an empty or blank key counts as none.
 */
export function vendorKey(given: string | undefined, variable: string): string | null {
  const key = given ?? globalThis.process?.env[variable];
  return key === undefined || key.trim() === "" ? null : key;
}

/**
 * The same, for a question about a job.
 *
 * @throws when there is none: the job is paid, and can be asked about as soon as there is one again.
 */
export function requireKey(vendor: string, given: string | undefined, variable: string): string {
  const key = vendorKey(given, variable);
  if (key === null) throw new Error(missingKey(vendor, variable).failure.message);
  return key;
}

/** What an adapter answers, without a request, when there is no key, or nothing else that must be known. */
export function missingKey(vendor: string, variable: string) {
  const message = `${vendor} cannot be asked: set ${variable}, or give it to the adapter.`;
  return { type: "rejected", failure: { code: "unauthenticated", message } } as const;
}

/**
 * What a paid request came to, with a word for the operator on where to look if the vendor did not take the key.
 *
 * @param variable `null` for a vendor without one.
 */
export function namingKey(outcome: SubmitOutcome, variable: string | null): SubmitOutcome {
  if (outcome.type !== "rejected" || outcome.failure.code !== "unauthenticated") return outcome;
  const where = variable === null ? "the adapter's apiKey" : `${variable}, or the adapter's apiKey`;
  return { ...outcome, failure: { ...outcome.failure, message: `${outcome.failure.message} Look at ${where}.` } };
}

import type { SubmitOutcome } from "../../../ports/provider.js";

/**
 * A vendor's API key: the given one, else the environment variable, read at each use and never at import.
 *
 * @returns `null` if there is none, or only an empty or blank one.
 */
export function vendorKey(given: string | undefined, variable: string): string | null {
  const key = given ?? globalThis.process?.env[variable];
  return key === undefined || key.trim() === "" ? null : key;
}

/**
 * As `vendorKey`, for a request about a job.
 *
 * @throws if there is no key. The job is paid, so the worker polls again once the key is set.
 */
export function requireKey(
  vendor: string,
  { given, variable }: { readonly given: string | undefined; readonly variable: string },
): string {
  const key = vendorKey(given, variable);
  if (key === null) throw new Error(missingKey(vendor, variable).failure.message);
  return key;
}

/** Outcome without a request, for a missing key or another missing option. */
export function missingKey(vendor: string, variable: string) {
  const message = `Missing API key of ${vendor}: set ${variable}, or pass it to the adapter.`;
  return { type: "rejected", failure: { code: "unauthenticated", message } } as const;
}

/**
 * Adds a hint about the API key to an `unauthenticated` failure.
 *
 * @param variable `null` for a vendor without an environment variable.
 */
export function withKeyHint(outcome: SubmitOutcome, variable: string | null): SubmitOutcome {
  if (outcome.type !== "rejected" || outcome.failure.code !== "unauthenticated") return outcome;
  const where = variable === null ? "the adapter's apiKey" : `${variable}, or the adapter's apiKey`;
  return { ...outcome, failure: { ...outcome.failure, message: `${outcome.failure.message} Check ${where}.` } };
}

import { failed } from "./failed.js";

/** Vendors do not know a job everywhere as soon as they have accepted it, and a new key may open another account. */
const graceMs = 60_000;

/** A job of which a vendor says that it does not know it. */
export interface JobNotFound {
  /** With its vendor, for the operator's log: `"fal's job r1"`. */
  readonly name: string;
  /** Epoch milliseconds; 0 where nobody knows. */
  readonly acceptedAt: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** How long the vendor keeps a job; older ones are gone with their result. @default forever */
  readonly keptForMs?: number;
}

/**
 * What it means that a vendor does not know a job that it has accepted.
 *
 * @throws in the first minute of the job: the worker asks again.
 */
export function whenNotFound({ name, acceptedAt, now, keptForMs = Number.POSITIVE_INFINITY }: JobNotFound) {
  const ageMs = now - acceptedAt;
  if (ageMs < graceMs) throw new Error(`${name} is not known, a moment after it was accepted.`);
  return failed(ageMs < keptForMs ? "job_lost" : "result_expired", `${name} is not known.`);
}

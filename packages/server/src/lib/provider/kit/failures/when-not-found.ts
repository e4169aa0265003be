import { failed } from "./failed.js";

/** Vendors may not find a job in all regions right after they accepted it, and a new key may belong to another account. */
const graceMs = 60_000;

/** A job that its vendor reports as not found. */
export interface JobNotFound {
  /** Vendor and job for the operator's log, such as `"fal's job r1"`. */
  readonly name: string;
  /** Epoch milliseconds; 0 if unknown. */
  readonly acceptedAt: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Retention of a job and its result at the vendor, in milliseconds. @default forever */
  readonly keptForMs?: number;
}

/**
 * Status of an accepted job that the vendor does not find.
 *
 * @throws in the first minute of the job, so that the worker polls again.
 */
export function whenNotFound({ name, acceptedAt, now, keptForMs = Number.POSITIVE_INFINITY }: JobNotFound) {
  const ageMs = now - acceptedAt;
  if (ageMs < graceMs)
    throw new Error(`${name} was not found, but was accepted less than a minute ago. Polling again.`);
  return failed(ageMs < keptForMs ? "job_lost" : "result_expired", `${name} was not found.`);
}

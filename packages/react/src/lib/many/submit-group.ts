import type { Generation } from "@safelight/client/contract";
import type { Live } from "../connection/live-interface.js";
import { doubleSubmitWindowMs } from "../submit/session-commands.js";
import { type SendOptions, sendSubmission, submissionsOf } from "../submit/submissions.js";

/**
 * Submits a group under the rules of a single submit, such as its recorded key. Resolves with all accepted generations.
 *
 * @throws {SafelightError} as a rejection
 */
export async function submitGroup(
  live: Live,
  {
    windowMs = doubleSubmitWindowMs,
    ...options
  }: Omit<SendOptions, "windowMs"> & { readonly windowMs: number | undefined },
): Promise<readonly Generation[]> {
  const submission = sendSubmission(submissionsOf(live), { ...options, windowMs });
  await submission.promise;
  return submission.generations;
}

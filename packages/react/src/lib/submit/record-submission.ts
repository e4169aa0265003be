import type { AnySafelightClient } from "@safelight/client";
import { hashKey } from "@tanstack/react-query";
import type { Live } from "../connection/live-interface.js";
import { type PendingSubmission, pendingSubmissionsOf, type SubmissionRequest } from "./pending-submissions.js";

/** Keys of the submissions that this page has recorded. No reload interrupted them, so only their own code sends them. */
export const recordedKeys: Set<string> = /* @__PURE__ */ new Set();

/** Options of {@link recordSubmission}. */
export interface RecordOptions {
  readonly request: SubmissionRequest;
  readonly client: AnySafelightClient;
  /** Whether the action may reuse the key of an equal one whose outcome is unknown. */
  readonly mayReuse: (other: PendingSubmission) => boolean;
}

/** Records a user action, so that it survives a reload. @throws {unknown} the error of the host's `createId` */
export function recordSubmission(live: Live, { request, client, mayReuse }: RecordOptions): PendingSubmission {
  const pending = pendingSubmissionsOf(live);
  // The code of the connection, which identifies the owner, may not be loaded yet.
  const tag = live.state.owner.tag ?? live.queryClient.getQueryData(live.active.queryKey)?.ownerTag ?? null;
  const hash = hashOfAction(request);
  const isSame = (other: PendingSubmission) =>
    mayReuse(other) && (other.ownerTag ?? tag) === (tag ?? other.ownerTag) && hashOfAction(other.request) === hash;
  const unresolved = hash === null ? undefined : pending.list().find(isSame);
  const submission = {
    // The same body: an equal input with its fields in another order would be a mismatch under this key.
    request: unresolved?.request ?? request,
    idempotencyKey: unresolved?.idempotencyKey ?? client.createId(),
    submittedAt: unresolved?.submittedAt ?? Date.now(),
    ownerTag: tag,
    hasFailed: false,
  };
  recordedKeys.add(submission.idempotencyKey);
  pending.put(submission);
  return submission;
}

/**
 * Records a user action before the code that sends it is loaded, with the owner at the click.
 *
 * @returns `undefined` if the host's `createId` has thrown. The loaded code reports it.
 */
export function recordEarly(
  live: Live,
  { windowMs, ...options }: Omit<RecordOptions, "mayReuse"> & { readonly windowMs: number | undefined },
): PendingSubmission | undefined {
  const mayReuse = ({ idempotencyKey }: PendingSubmission) => windowMs !== 0 || !recordedKeys.has(idempotencyKey);
  try {
    return recordSubmission(live, { ...options, mayReuse });
  } catch {
    return undefined;
  }
}

/** Equal for equal actions: a quote may become known between two presses, and is not a part of the action. */
export function hashOfAction(request: SubmissionRequest): string | null {
  return hashOf({ ...request, expectedCredits: 0 });
}

/** `null` for a value that JSON cannot represent, which equals no other. */
export function hashOf(value: unknown): string | null {
  try {
    return hashKey([value]);
  } catch {
    return null;
  }
}

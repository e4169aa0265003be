import type { Json, JsonObject } from "@safelight/client/contract";
import { perLive } from "../connection/per-live.js";

/** The request of one user action. */
export interface SubmissionRequest {
  readonly model: string;
  readonly scope?: string | undefined;
  /** As sent; `undefined` for a retry that keeps the old input. */
  readonly input?: Json | undefined;
  /** Of a submit of several, as sent, in place of `input`. */
  readonly inputs?: readonly Json[] | undefined;
  /** The id of the generation that it retries, if it is a retry. */
  readonly retryOf?: string | undefined;
  readonly metadata?: JsonObject | undefined;
  readonly expectedCredits?: number | undefined;
  readonly notBefore?: Date | string | undefined;
  readonly expiresAfterMs?: number | undefined;
}

/** The model and scope that a component submits to. */
export type SubmissionTarget = Pick<SubmissionRequest, "model" | "scope">;

/** A user action that is not known to be accepted or refused. */
export interface PendingSubmission {
  readonly request: SubmissionRequest;
  readonly idempotencyKey: string;
  /** Epoch milliseconds of the first click under this key. */
  readonly submittedAt: number;
  /** Tag of the signed-in owner; `null` if it was unknown. */
  readonly ownerTag: string | null;
  /**
   * The page has shown its failure, or was left before the owner was known. Only another click of the user sends it again,
   * with the same key.
   */
  readonly hasFailed: boolean;
}

/** The recorded user actions of one tab. They are recorded before they are sent, so that they survive a reload. */
export interface PendingSubmissions {
  /** Those that are young enough to be sent again, oldest first. */
  list(): readonly PendingSubmission[];
  /** Appends a submission, in place of an earlier one with its key. */
  put(submission: PendingSubmission): void;
  remove(idempotencyKey: string): void;
}

/**
 * How long a submission may wait for its page to be loaded again, in milliseconds. Users do not expect an older click to
 * spend credits.
 */
const maxPendingMs = 300_000;

/** Keeps pending submissions in the tab's `sessionStorage`, or in memory if the browser refuses it. */
export function createPendingSubmissions(storageKey: string): PendingSubmissions {
  let stored: readonly PendingSubmission[] = [];
  const list = () => {
    try {
      const text = sessionStorage.getItem(storageKey);
      const parsed: unknown = text === null ? null : JSON.parse(text);
      // Only `store` writes under this key, and it writes a list of submissions.
      if (Array.isArray(parsed)) stored = parsed as readonly PendingSubmission[];
    } catch {
      // The last list is in memory.
    }
    // The clock may have been set back.
    return stored.filter(({ submittedAt }) => Math.abs(Date.now() - submittedAt) < maxPendingMs);
  };
  const listWithout = (key: string) => list().filter(({ idempotencyKey }) => idempotencyKey !== key);
  const store = (submissions: readonly PendingSubmission[]) => {
    stored = submissions;
    try {
      sessionStorage.removeItem(storageKey);
      if (stored.length > 0) sessionStorage.setItem(storageKey, JSON.stringify(stored));
    } catch {
      // It is in memory.
    }
  };
  return {
    list,
    put: (submission) => store([...listWithout(submission.idempotencyKey), submission]),
    remove: (key) => store(listWithout(key)),
  };
}

/** The pending submissions to the server of a connection. */
export const pendingSubmissionsOf = /* @__PURE__ */ perLive(({ client }) => {
  const pending = createPendingSubmissions(`safelight:${client.cacheKey}`);
  for (const submission of pending.list()) {
    // Left by an earlier page, perhaps of another owner: only a click may send it again.
    if (submission.ownerTag === null) pending.put({ ...submission, hasFailed: true });
  }
  return pending;
});

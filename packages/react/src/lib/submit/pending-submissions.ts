import type { Json, JsonObject } from "@safelight/client/contract";

/** What one user action sends. */
export interface SubmissionRequest {
  readonly model: string;
  readonly scope?: string | undefined;
  /** As sent; `undefined` for a retry that keeps the old input. */
  readonly input?: Json | undefined;
  /** The generation to retry, where it is a retry. */
  readonly retryOf?: string | undefined;
  readonly metadata?: JsonObject | undefined;
  readonly expectedCredits?: number | undefined;
}

/** A user action that is not known to be accepted or refused. */
export interface PendingSubmission {
  readonly request: SubmissionRequest;
  readonly idempotencyKey: string;
  /** Epoch milliseconds. */
  readonly submittedAt: number;
  /** Who was signed in; `null` when that was not known yet. */
  readonly ownerTag: string | null;
  /** The user was told that it failed: another click sends it again, with the same key; nothing else does. */
  readonly isReported: boolean;
}

/** Where user actions are written down before they are sent, so that a reload in the middle finds them again. */
export interface PendingSubmissions {
  /** Those young enough to be sent again, oldest first. */
  list(): readonly PendingSubmission[];
  /** Takes out the one with this key, and puts another one in its place where one is given. */
  replace(idempotencyKey: string, submission?: PendingSubmission): void;
}

/**
 * How long a submission may wait for its page to come back, in milliseconds. Later than that nobody expects an old
 * click to spend credits.
 */
const longestPendingMs = 300_000;

/**
 * Keeps pending submissions in `sessionStorage`, where they belong to the tab that made them; in memory where there is
 * none, or where the browser refuses it.
 */
export function createPendingSubmissions(storageKey: string): PendingSubmissions {
  let stored: readonly PendingSubmission[] = [];
  const list = () => {
    try {
      const text = sessionStorage.getItem(storageKey);
      const parsed: unknown = text === null ? null : JSON.parse(text);
      // A list is what is written below, and nothing else is written under this key.
      if (Array.isArray(parsed)) stored = parsed as readonly PendingSubmission[];
    } catch {
      // What was written last is in memory.
    }
    // A clock may have been set back.
    return stored.filter(({ submittedAt }) => Math.abs(Date.now() - submittedAt) < longestPendingMs);
  };
  return {
    list,
    replace: (key, submission) => {
      stored = [...list().filter(({ idempotencyKey }) => idempotencyKey !== key), ...(submission ? [submission] : [])];
      try {
        sessionStorage.removeItem(storageKey);
        if (stored.length > 0) sessionStorage.setItem(storageKey, JSON.stringify(stored));
      } catch {
        // It is in memory.
      }
    },
  };
}

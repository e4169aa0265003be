import type { Json, JsonObject } from "@safelight/client/contract";

/** What one user action sends. */
export interface SubmissionRequest {
  readonly model: string;
  /** `null`: none was given. */
  readonly scope: string | null;
  /** As sent; `null` for a retry that keeps the old input. */
  readonly input: Json;
  /** The generation to retry; `null` for a new one. */
  readonly retryOf: string | null;
  readonly metadata: JsonObject | null;
  readonly expectedCredits: number | null;
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
  readonly reported: boolean;
}

/** Where user actions are written down before they are sent, so that a reload in the middle finds them again. */
export interface PendingSubmissions {
  /** Those young enough to be sent again, oldest first. */
  list(): readonly PendingSubmission[];
  /** Adds one, or replaces the one with the same key. */
  put(submission: PendingSubmission): void;
  remove(idempotencyKey: string): void;
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
  let inMemory: readonly PendingSubmission[] | null = null;
  const read = (): readonly PendingSubmission[] => {
    const stored = inMemory ?? parse(attempt(() => sessionStorage.getItem(storageKey)) ?? null);
    return stored.filter(({ submittedAt }) => Date.now() - submittedAt < longestPendingMs);
  };
  const write = (submissions: readonly PendingSubmission[]): void => {
    const written = attempt(() => {
      if (submissions.length === 0) sessionStorage.removeItem(storageKey);
      else sessionStorage.setItem(storageKey, JSON.stringify(submissions));
      return true;
    });
    inMemory = written ? null : submissions;
  };
  const without = (key: string) => read().filter(({ idempotencyKey }) => idempotencyKey !== key);
  return {
    list: read,
    put: (submission) => write([...without(submission.idempotencyKey), submission]),
    remove: (key) => write(without(key)),
  };
}

/** Only `write` above writes here, so what parses has the right shape. */
function parse(text: string | null): readonly PendingSubmission[] {
  return (text !== null && attempt(() => JSON.parse(text) as readonly PendingSubmission[])) || [];
}

function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

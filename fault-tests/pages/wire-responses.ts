import {
  type ActiveChangesResponse,
  type ActiveResponse,
  type Changes,
  type DeletedGeneration,
  type Generation,
  type Problem,
  problems,
  problemType,
} from "@safelight/client/contract";
import type { ServedSnapshot } from "./snapshot.js";

const aTime = "2027-01-15T08:00:00.000Z";

/** A generation in progress. */
export function generationOf(
  given: Pick<Generation, "id" | "version" | "sequence" | "ownerTag"> & {
    readonly metadata: { readonly stamp: number };
  },
): Generation {
  return {
    model: "demo",
    kind: "image",
    submitterTag: given.ownerTag,
    visibility: "own",
    scope: null,
    input: { prompt: "a lamp" },
    requestedOutputs: 1,
    progress: {
      value: null,
      source: "none",
      queuePosition: null,
      queuePositionAt: null,
      etaMs: null,
      previewUrl: null,
    },
    credits: 4,
    refundedCredits: 0,
    createdAt: aTime,
    notBefore: null,
    expiresAt: null,
    startedAt: null,
    finishedAt: null,
    seenAt: null,
    expectedAt: null,
    cancelRequestedAt: null,
    retryOf: null,
    groupId: null,
    urlsExpireAt: null,
    ...given,
    status: "processing",
  };
}

/** Response to `GET /active`. */
export function activeOf(snapshot: ServedSnapshot): ActiveResponse {
  const { sequence, generations, ownerTag, timeline, servedAt } = snapshot;
  return {
    // No generation ends here, so all of them are active.
    generations: [...generations.values()] as ActiveResponse["generations"],
    hasMore: false,
    unseen: [],
    unseenCount: 0,
    sequence,
    timeline,
    ownerTag,
    serverTime: new Date(servedAt).toISOString(),
    pollAfterMs: 4_000,
  };
}

/**
 * Response to `GET /active?after=`, and the first frame of a stream.
 *
 * @param after `null` if the position of the request cannot be continued.
 */
export function changesResponseOf(snapshot: ServedSnapshot, after: number | null): ActiveChangesResponse {
  return { ...activeOf(snapshot), ...changesOf(snapshot, after ?? Infinity), resync: after === null };
}

/** The changes after a sequence, in order. */
export function changesOf({ sequence, generations, deleted }: ServedSnapshot, after: number): Changes {
  const isAfter = (one: DeletedGeneration): boolean => one.sequence > after;
  const inOrder = (one: DeletedGeneration, other: DeletedGeneration): number => one.sequence - other.sequence;
  return {
    sequence,
    changed: [...generations.values()].filter(isAfter).sort(inOrder),
    deleted: [...deleted]
      .map(([id, at]) => ({ id, sequence: at }))
      .filter(isAfter)
      .sort(inOrder),
  };
}

/** Response to a request while no user is signed in. */
export function refusal(): Response {
  const code = "unauthenticated";
  const { status, title, retryable } = problems[code];
  const problem: Problem = { type: problemType(code), code, status, title, retryable, detail: title, requestId: "req" };
  return Response.json(problem, { status, headers: { "content-type": "application/problem+json" } });
}

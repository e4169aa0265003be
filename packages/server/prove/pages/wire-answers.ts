import type { ActiveChangesResponse, ActiveResponse, Generation } from "@safelight/client/contract";
import type { Standing } from "./virtual-owner.js";

const aTime = "2027-01-15T08:00:00.000Z";

/** A generation in progress. */
export function generationOf(
  given: Pick<Generation, "id" | "version" | "sequence"> & { readonly metadata: { readonly stamp: number } },
): Generation {
  return {
    model: "demo",
    kind: "image",
    scope: null,
    ownerTag: "owner",
    input: { prompt: "a lamp" },
    requestedOutputs: 1,
    progress: { value: null, source: "none", queuePosition: null, etaMs: null, previewUrl: null },
    credits: 4,
    refundedCredits: 0,
    createdAt: aTime,
    startedAt: null,
    finishedAt: null,
    seenAt: null,
    expectedAt: null,
    cancelRequestedAt: null,
    retryOf: null,
    urlsExpireAt: null,
    ...given,
    status: "processing",
  };
}

/** Of `GET /active`. */
export function activeAnswer(standing: Standing): Response {
  return Response.json(activeOf(standing));
}

/** Of `GET /active?after=`. */
export function changesAnswer(standing: Standing, after: number): Response {
  const { sequence, generations, deleted } = standing;
  if (sequence === after) return new Response(null, { status: 204 });
  const resync = sequence < after;
  const isAfter = (one: { readonly sequence: number }): boolean => !resync && one.sequence > after;
  const answer: ActiveChangesResponse = {
    ...activeOf(standing),
    changed: [...generations.values()].filter(isAfter),
    deleted: [...deleted].map(([id, at]) => ({ id, sequence: at })).filter(isAfter),
    resync,
  };
  return Response.json(answer);
}

function activeOf({ sequence, generations }: Standing): ActiveResponse {
  return {
    // Nothing here ends: what is there is in progress.
    generations: [...generations.values()] as ActiveResponse["generations"],
    hasMore: false,
    unseen: [],
    unseenCount: 0,
    sequence,
    ownerTag: "owner",
    serverTime: aTime,
    pollAfterMs: 4_000,
  };
}

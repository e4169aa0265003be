import type { ActiveChangesResponse, ActiveResponse, Generation } from "@safelight/client/contract";
import type { Snapshot } from "./snapshot.js";

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

/** Response to `GET /active`. */
export function activeResponse(snapshot: Snapshot): Response {
  return Response.json(activeOf(snapshot));
}

/** Response to `GET /active?after=`. */
export function changesResponse(snapshot: Snapshot, after: number): Response {
  const { sequence, generations, deleted } = snapshot;
  if (sequence === after) return new Response(null, { status: 204 });
  const resync = sequence < after;
  const isAfter = (one: { readonly sequence: number }): boolean => !resync && one.sequence > after;
  const body: ActiveChangesResponse = {
    ...activeOf(snapshot),
    changed: [...generations.values()].filter(isAfter),
    deleted: [...deleted].map(([id, at]) => ({ id, sequence: at })).filter(isAfter),
    resync,
  };
  return Response.json(body);
}

function activeOf({ sequence, generations }: Snapshot): ActiveResponse {
  return {
    // No generation ends here, so all of them are active.
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

import type {
  ActiveChangesResponse,
  ActiveGeneration,
  ActiveResponse,
  CompletedGeneration,
  FailedGeneration,
  GenerationFields,
  Output,
} from "@safelight/client/contract";
import type { Position } from "../src/lib/call-options.js";

const fields: GenerationFields = {
  id: "gen_1",
  model: "flux",
  kind: "image",
  scope: null,
  metadata: null,
  version: 1,
  sequence: 1,
  ownerTag: "owner-a",
  submitterTag: "owner",
  visibility: "own",
  input: { prompt: "a lamp" },
  requestedOutputs: 1,
  progress: { value: null, source: "none", queuePosition: null, queuePositionAt: null, etaMs: null, previewUrl: null },
  credits: 4,
  refundedCredits: 0,
  createdAt: "2027-01-15T08:00:00.000Z",
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
};

/** An active generation. */
export function processing(changes: Partial<GenerationFields> = {}): ActiveGeneration {
  return { ...fields, ...changes, status: "processing" };
}

/** A completed generation with one image. */
export function completed(changes: Partial<GenerationFields> & { readonly url?: string } = {}): CompletedGeneration {
  const { url = "/api/generations/gen_1/outputs/0?signature=s", ...rest } = changes;
  return { ...fields, ...rest, status: "completed", outputs: [output(url)] };
}

/** A failed generation. */
export function failed(changes: Partial<GenerationFields> = {}): FailedGeneration {
  const error = { code: "content_rejected", message: "No.", retryable: false } as const;
  return { ...fields, ...changes, status: "failed", error };
}

/** A response of `GET /active`. */
export function active(changes: Partial<ActiveResponse> = {}): ActiveResponse {
  return {
    generations: [],
    hasMore: false,
    unseen: [],
    unseenCount: 0,
    sequence: 1,
    timeline: "timeline-a",
    ownerTag: "owner-a",
    serverTime: "2027-01-15T08:00:00.000Z",
    pollAfterMs: 4_000,
    ...changes,
  };
}

/** A response of `GET /active?after=`. */
export function changes(changed: Partial<ActiveChangesResponse> = {}): ActiveChangesResponse {
  return { ...active(), changed: [], deleted: [], resync: false, ...changed };
}

/** A response of `GET /active?after=`, and a frame, if the position cannot be continued. */
export function snapshot(fields: Partial<ActiveResponse> = {}): ActiveChangesResponse {
  return changes({ ...fields, resync: true });
}

/** The position of an owner who is known up to this sequence. */
export function positionAt(sequence: number, fields: Partial<Position> = {}): Position {
  return { sequence, ownerTag: "owner-a", timeline: "timeline-a", ...fields };
}

function output(url: string): Output {
  return {
    index: 0,
    kind: "image",
    url,
    contentType: "image/png",
    byteLength: 1_024,
    sha256: "0".repeat(64),
    width: 512,
    height: 512,
    durationMs: null,
    placeholder: null,
    thumbnailUrl: null,
    provenance: null,
  };
}

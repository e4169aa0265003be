import type { CompletedGeneration, Generation, GenerationFields, Output } from "@safelight/client/contract";

/** A submitted generation, before its first version is written. */
export function makeGeneration(id: string, fields: Partial<Generation> = {}): Generation {
  return {
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
    createdAt: new Date().toISOString(),
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
    status: "pending",
    ...fields,
    id,
    // A test that passes a status also passes the fields of that status.
  } as Generation;
}

/** The same generation, completed now. */
export function completed(generation: Generation): CompletedGeneration {
  return {
    ...fieldsOf(generation),
    status: "completed",
    version: generation.version + 1,
    finishedAt: new Date().toISOString(),
    outputs: [outputOf(generation.id)],
  };
}

/** Omits the fields that belong to its status. */
function fieldsOf(generation: Generation): GenerationFields {
  const { status: _status, ...fields } = generation;
  return fields;
}

function outputOf(id: string): Output {
  return {
    index: 0,
    kind: "image",
    url: `/api/generations/${id}/outputs/0?signature=1`,
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

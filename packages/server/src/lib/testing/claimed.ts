import type { AttemptRecord, ClaimedGeneration, GenerationRecord } from "../generation/generation-record.js";

const now = 1_800_000_000_000;

/** A claim for tests of pure rules: a running generation with its first attempt, and what the test changes. */
export function claimed(
  generation: Partial<GenerationRecord>,
  attempt: Partial<AttemptRecord> = {},
): ClaimedGeneration {
  return {
    now,
    generation: {
      id: "gen_01900000-0000-7000-8000-000000000001",
      ownerId: "ada",
      accountId: "ada",
      model: "demo",
      kind: "image",
      scope: null,
      metadata: null,
      input: {},
      parsedInput: {},
      state: "running",
      version: 1,
      sequence: 1,
      epoch: 1,
      attempts: 1,
      maxAttempts: 4,
      lapses: 0,
      deadlineAt: now + 900_000,
      requestedOutputs: 1,
      storagePrefix: "prefix",
      progress: null,
      progressSource: "none",
      queuePosition: null,
      progressAt: null,
      preview: null,
      failureCode: null,
      credits: 4,
      refundedCredits: 0,
      dropOnCancel: false,
      createdAt: now,
      startedAt: now,
      finishedAt: null,
      seenAt: null,
      expectedAt: null,
      cancelRequestedAt: null,
      retryOf: null,
      outputs: [],
      ...generation,
    },
    attempt: {
      number: 1,
      state: "accepted",
      token: "token",
      providerId: "scripted",
      operation: { job: 1 },
      outputs: null,
      failure: null,
      unknownAt: null,
      startedAt: now,
      ...attempt,
    },
  };
}

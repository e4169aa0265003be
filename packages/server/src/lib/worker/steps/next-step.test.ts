import type { FailureCode } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { claimed } from "../../../../testing/claimed.js";
import { done } from "../../../../testing/fakes/scripted-provider.js";
import type { AttemptRecord, GenerationRecord, OutputRecord } from "../../generation/generation-record.js";
import type { ProviderErrorCode } from "../../generation/provider-failure.js";
import type { OperationStatus } from "../../ports/provider.js";
import {
  decideAfterCancel,
  decideAfterClaim,
  decideAfterFailure,
  decideAfterPoll,
  decideWhenStoring,
  maxExpiredLeases,
} from "./next-step.js";

const failure = (code: ProviderErrorCode) => ({ code, message: "" });
const known = { isKnownModel: true, storingGraceMs: 1_000 };
const unknown = { ...known, isKnownModel: false };

const storedOutput: OutputRecord = {
  index: 0,
  kind: "image",
  storageKey: "prefix/0-hash",
  contentType: "image/png",
  byteLength: 1,
  sha256: "hash",
  width: 1,
  height: 1,
  durationMs: null,
  placeholder: null,
  thumbnail: null,
  provenance: null,
  flags: null,
};

describe("decideAfterClaim", () => {
  const decide = (
    generation: Partial<GenerationRecord>,
    options: { readonly attempt?: Partial<AttemptRecord>; readonly facts?: typeof known } = {},
  ) => decideAfterClaim(claimed(generation, options.attempt), options.facts ?? known);

  it.each(["queued", "retry_wait", "running", "reconciling", "storing"] as const)(
    "advances a generation in state `%s`",
    (state) => {
      expect(decide({ state })).toEqual({ type: "advance" });
    },
  );

  it.each(["queued", "retry_wait", "running", "reconciling"] as const)(
    "fails a generation in state `%s` at its deadline",
    (state) => {
      expect(decide({ state, deadlineAt: claimed({}).now })).toEqual({ type: "fail", code: "deadline_exceeded" });
      expect(decide({ state, deadlineAt: claimed({}).now + 1 })).toEqual({ type: "advance" });
    },
  );

  it("fails a generation without an attempt at its expiry with `expired`, and one with an attempt at its deadline", () => {
    const { now } = claimed({});
    const expired = { expiresAt: now, deadlineAt: now };
    expect(decide({ state: "queued", attempts: 0, ...expired })).toEqual({ type: "fail", code: "expired" });
    const code = "deadline_exceeded";
    expect(decide({ state: "retry_wait", attempts: 1, ...expired })).toEqual({ type: "fail", code });
    expect(decide({ state: "queued", attempts: 0, ...expired, expiresAt: now + 1 })).toEqual({ type: "fail", code });
  });

  it("fails an overdue generation with the refusal of its last request, if rate limits refused it", () => {
    const { now } = claimed({});
    const overdue = (state: "retry_wait" | "running", failureCode: "rate_limited" | "provider_error") => {
      const failure = { code: failureCode, message: "Refused." };
      return decide({ state, deadlineAt: now }, { attempt: { state: "rejected", failure } });
    };
    expect(overdue("retry_wait", "rate_limited")).toEqual({ type: "fail", code: "provider_rate_limited" });
    expect(overdue("retry_wait", "provider_error")).toEqual({ type: "fail", code: "deadline_exceeded" });
    expect(overdue("running", "rate_limited")).toEqual({ type: "fail", code: "deadline_exceeded" });
  });

  it("delays a generation until its earliest start", () => {
    const { now } = claimed({});
    const queued = { state: "queued", attempts: 0 } as const;
    expect(decide({ ...queued, notBefore: now + 5 })).toEqual({ type: "delay", dueInMs: 5 });
    expect(decide({ ...queued, notBefore: now })).toEqual({ type: "advance" });
    expect(decide({ ...queued, notBefore: now + 5, cancelRequestedAt: now })).toEqual({ type: "cancel" });
  });

  it("adds the storing grace to the deadline in state `storing`", () => {
    const { now } = claimed({});
    expect(decide({ state: "storing", deadlineAt: now - 999 })).toEqual({ type: "advance" });
    const code = "output_unavailable";
    expect(decide({ state: "storing", deadlineAt: now - 1_000 })).toEqual({ type: "fail", code });
  });

  it("fails a poison job after ten expired leases", () => {
    expect(decide({ state: "running", expiredLeases: maxExpiredLeases - 1 })).toEqual({ type: "advance" });
    expect(decide({ state: "running", expiredLeases: maxExpiredLeases })).toEqual({ type: "fail", code: "internal" });
  });

  it("completes a poison job with the outputs that are stored and paid for", () => {
    const storedOutputs = [storedOutput];
    const poison = { state: "storing", expiredLeases: maxExpiredLeases } as const;
    expect(decide(poison, { attempt: { storedOutputs } })).toEqual({ type: "complete", outputs: storedOutputs });
    expect(decide(poison)).toEqual({ type: "fail", code: "internal" });
    const unreadable = { ...claimed({ state: "storing" }, { storedOutputs }), unreadable: "operation" };
    expect(decideAfterClaim(unreadable, known)).toEqual({ type: "complete", outputs: storedOutputs });
  });

  it("waits if the model is unknown, until the deadline", () => {
    expect(decide({ state: "running" }, { facts: unknown })).toEqual({ type: "wait" });
    const ended = decide({ state: "running", deadlineAt: 0 }, { facts: unknown });
    expect(ended).toEqual({ type: "fail", code: "deadline_exceeded" });
  });

  it("needs no model for outputs that are already stored", () => {
    expect(decide({ state: "storing" }, { attempt: { outputs: [] }, facts: unknown })).toEqual({ type: "advance" });
    expect(decide({ state: "storing" }, { attempt: { outputs: null }, facts: unknown })).toEqual({ type: "wait" });
  });

  it.each(["queued", "retry_wait"] as const)(
    "cancels a generation in state `%s` if its owner requested it",
    (state) => {
      expect(decide({ state, cancelRequestedAt: 1 })).toEqual({ type: "cancel" });
    },
  );

  it("keeps the failure of rejected content if the cancel was requested during that attempt", () => {
    const attempt = { failure: failure("content_blocked") };
    const decision = decide({ state: "retry_wait", cancelRequestedAt: 1 }, { attempt });
    expect(decision).toEqual({ type: "fail", code: "content_rejected" });
  });

  it.each(["running", "reconciling", "storing"] as const)(
    "advances a generation in state `%s` although a cancel is requested, because its step cancels it",
    (state) => {
      expect(decide({ state, cancelRequestedAt: 1 })).toEqual({ type: "advance" });
    },
  );

  it("fails with the last failure when no attempt is left", () => {
    const spent = { state: "retry_wait", attempts: 4, maxAttempts: 4 } as const;
    const last = decide(spent, { attempt: { failure: failure("rate_limited") } });
    expect(last).toEqual({ type: "fail", code: "provider_rate_limited" });
    expect(decide({ ...spent, attempts: 3 })).toEqual({ type: "advance" });
  });
});

describe("decideAfterFailure", () => {
  it("retries an accepted job only if the provider allows it, or another provider is left", () => {
    const acceptedJob = { ...first, state: "failed" } as const;
    for (const code of ["rate_limited", "provider_timeout", "provider_unavailable"] as const) {
      expect(decideAfterFailure({ ...acceptedJob, failure: failure(code) }).type).toBe("fail");
      expect(decideAfterFailure({ ...acceptedJob, failure: { ...failure(code), retryable: true } }).type).toBe("retry");
    }
    const chain = { ...acceptedJob, hasNextProvider: true };
    expect(decideAfterFailure({ ...chain, failure: failure("provider_unavailable") }).type).toBe("retry");
  });

  const first = { state: "rejected" as const, attempt: 1, maxAttempts: 4, hasNextProvider: false, random: 0.5 };

  it.each<[ProviderErrorCode, FailureCode]>([
    ["invalid_input", "provider_rejected_input"],
    ["content_blocked", "content_rejected"],
    ["unauthenticated", "provider_misconfigured"],
    ["forbidden", "provider_misconfigured"],
    ["insufficient_credit", "provider_misconfigured"],
    ["not_found", "provider_misconfigured"],
    ["job_lost", "provider_failed"],
    ["provider_error", "provider_failed"],
    ["no_output", "provider_failed"],
    ["result_expired", "output_unavailable"],
    ["output_rejected", "output_rejected"],
    ["submit_unknown", "outcome_unknown"],
  ])("fails after %s as %s", (providerCode, code) => {
    expect(decideAfterFailure({ ...first, failure: failure(providerCode) })).toEqual({ type: "fail", code });
  });

  it.each<[ProviderErrorCode, FailureCode]>([
    ["rate_limited", "provider_rate_limited"],
    ["provider_timeout", "provider_failed"],
    ["provider_unavailable", "provider_unavailable"],
  ])("retries after %s until no attempt is left, then fails as %s", (providerCode, code) => {
    const decide = (attempt: number) => decideAfterFailure({ ...first, attempt, failure: failure(providerCode) });
    expect([1, 2, 3].map((attempt) => decide(attempt))).toEqual([
      { type: "retry", dueInMs: 1_000 },
      { type: "retry", dueInMs: 2_000 },
      { type: "retry", dueInMs: 4_000 },
    ]);
    expect(decide(4)).toEqual({ type: "fail", code });
  });

  it("prefers the vendor's `retryable` to the error table", () => {
    const retryable = decideAfterFailure({ ...first, failure: { ...failure("provider_error"), retryable: true } });
    expect(retryable.type).toBe("retry");
    const final = decideAfterFailure({ ...first, failure: { ...failure("rate_limited"), retryable: false } });
    expect(final).toEqual({ type: "fail", code: "provider_rate_limited" });
  });

  it("waits at least for the vendor's `retryAfterMs`", () => {
    const limited = { ...failure("rate_limited"), retryAfterMs: 30_000 };
    expect(decideAfterFailure({ ...first, failure: limited })).toEqual({ type: "retry", dueInMs: 31_000 });
  });

  it("waits at the closed gate of a vendor, also after the last attempt, and keeps the budget", () => {
    const limited = { ...failure("rate_limited"), retryAfterMs: 30_000 };
    const closed = { ...first, failure: limited, hasClosedGate: true };
    expect(decideAfterFailure(closed)).toEqual({ type: "retry", dueInMs: 31_000, keepsBudget: true });
    expect(decideAfterFailure({ ...closed, attempt: 4 })).toEqual({
      type: "retry",
      dueInMs: 38_000,
      keepsBudget: true,
    });
    const failover = { ...closed, hasNextProvider: true };
    expect(decideAfterFailure(failover)).toEqual({ type: "retry", dueInMs: 0, keepsBudget: true });
  });

  it("fails over to the next provider at once, while attempts are left", () => {
    const chain = { ...first, hasNextProvider: true };
    const limited = { ...failure("rate_limited"), retryAfterMs: 30_000 };
    expect(decideAfterFailure({ ...chain, failure: limited })).toEqual({ type: "retry", dueInMs: 0 });
    expect(decideAfterFailure({ ...chain, failure: failure("forbidden") })).toEqual({ type: "retry", dueInMs: 0 });
    expect(decideAfterFailure({ ...chain, attempt: 4, failure: limited }).type).toBe("fail");
  });

  it("does not fail over after refused content", () => {
    const refused = decideAfterFailure({ ...first, hasNextProvider: true, failure: failure("content_blocked") });
    expect(refused).toEqual({ type: "fail", code: "content_rejected" });
  });
});

describe("decideAfterCancel", () => {
  it.each([
    ["canceled", false, { type: "canceled", isConfirmed: true }],
    ["canceled", true, { type: "canceled", isConfirmed: true }],
    ["requested", false, { type: "continue" }],
    ["requested", true, { type: "continue" }],
    ["too_late", false, { type: "continue" }],
    ["too_late", true, { type: "canceled", isConfirmed: false }],
    ["unsupported", false, { type: "continue" }],
    ["unsupported", true, { type: "canceled", isConfirmed: false }],
    ["unknown", true, { type: "continue" }],
  ] as const)("%s, drop on cancel %s", (result, dropOnCancel, expected) => {
    expect(decideAfterCancel(result, { dropOnCancel })).toEqual(expected);
  });
});

describe("decideAfterPoll", () => {
  type CancelSettings = Parameters<typeof decideAfterPoll>[1];
  const noCancel: CancelSettings = { cancelRequestedAt: null, dropOnCancel: false };
  const canceled = { cancelRequestedAt: 1, dropOnCancel: false };
  const dropped = { cancelRequestedAt: 1, dropOnCancel: true };
  const result = done();
  const blocked: OperationStatus = { type: "failed", failure: failure("content_blocked") };
  const undelivered: OperationStatus = { type: "failed", failure: failure("download_failed") };

  it.each<[string, OperationStatus, CancelSettings, ReturnType<typeof decideAfterPoll>]>([
    ["a queued job", { type: "queued", queuePosition: 1 }, noCancel, { type: "wait" }],
    ["a running job", { type: "running", progress: 0.5 }, noCancel, { type: "wait" }],
    ["a finished job", result, noCancel, { type: "store", media: result.outputs }],
    ["a finished job after a cancel request", result, canceled, { type: "store", media: result.outputs }],
    [
      "a finished job after a cancel request with `dropOnCancel`",
      result,
      dropped,
      { type: "canceled", isConfirmed: false },
    ],
    ["a failed job", blocked, noCancel, { type: "failed", failure: failure("content_blocked") }],
    ["a finished job whose bytes could not be downloaded", undelivered, noCancel, { type: "store", media: null }],
    ["a job that was canceled on request", { type: "canceled" }, canceled, { type: "canceled", isConfirmed: true }],
  ])("decides after a poll of %s", (_case, status, generation, expected) => {
    expect(decideAfterPoll(status, generation)).toEqual(expected);
  });

  it("fails a job that finished without outputs", () => {
    const decision = decideAfterPoll({ type: "done", outputs: [] }, noCancel);
    expect(decision).toMatchObject({ type: "failed", failure: { code: "no_output" } });
  });

  it("fails a job that the provider canceled on its own", () => {
    const decision = decideAfterPoll({ type: "canceled" }, noCancel);
    expect(decision).toMatchObject({ type: "failed", failure: { code: "provider_error" } });
  });
});

describe("decideWhenStoring", () => {
  it.each<[string, OperationStatus, string, FailureCode | undefined]>([
    ["a result", done(), "store", undefined],
    ["a vendor that still reports progress", { type: "running", progress: 0.9 }, "wait", undefined],
    ["bytes that could not be downloaded", { type: "failed", failure: failure("download_failed") }, "wait", undefined],
    ["a vendor that is down", { type: "failed", failure: failure("provider_unavailable") }, "wait", undefined],
    ["an expired result", { type: "failed", failure: failure("result_expired") }, "fail", "output_unavailable"],
    ["a lost job", { type: "failed", failure: failure("job_lost") }, "fail", "output_unavailable"],
    ["a rejected result", { type: "failed", failure: failure("output_rejected") }, "fail", "output_rejected"],
    ["a result without outputs", { type: "done", outputs: [] }, "fail", "provider_failed"],
    ["a job that the vendor canceled", { type: "canceled" }, "fail", "output_unavailable"],
  ])("decides while storing on %s", (_case, status, type, code) => {
    expect(decideWhenStoring(status)).toMatchObject(code === undefined ? { type } : { type, code });
  });
});

import { SafelightError } from "@safelight/client";
import { describe, expect, it } from "vitest";
import { completed, makeGeneration } from "../../../test/generations.js";
import type { PendingSubmission } from "./pending-submissions.js";
import { initialSessionState, isSubmitting, type SessionState } from "./session-state.js";
import { deleted, listed, received, type SubmissionOutcome, submitted } from "./session-transitions.js";

const submission = (idempotencyKey = "key-1"): PendingSubmission => ({
  request: { model: "flux", input: { prompt: "a lamp" } },
  idempotencyKey,
  submittedAt: 1_800_000_000_000,
  ownerTag: "owner-a",
  hasFailed: false,
});
const sent: SubmissionOutcome = { submission: submission(), isOwn: true, generation: null, error: null };
const initial = initialSessionState(true);
const after = (...outcomes: readonly SubmissionOutcome[]): SessionState => outcomes.reduce(submitted, initial);
const generation = makeGeneration("gen_1");

describe("the state of a session", () => {
  it("adopts the newest active generation until the list is current", () => {
    const state = listed(initial, { newest: generation, isCurrent: false });
    expect(state).toMatchObject({ generation, isResumed: true, mayAdopt: true });
    const newest = makeGeneration("gen_2");
    expect(listed(state, { newest, isCurrent: true })).toMatchObject({ generation: newest, mayAdopt: false });
    expect(listed(state, { newest: makeGeneration("gen_0"), isCurrent: false })).toBe(state);
  });

  it("shows a submission, then its generation", () => {
    const state = after(sent);
    expect(state).toMatchObject({ isUnaccepted: true, mayAdopt: false });
    expect(isSubmitting(state)).toBe(true);
    expect(submitted(state, { ...sent, generation })).toMatchObject({
      isUnaccepted: false,
      isResumed: false,
      generation,
    });
  });

  it("keeps the generation of the previous submission while the next is in flight or refused", () => {
    const error = new SafelightError("insufficient_credits", "4 credits are missing");
    const accepted = { ...sent, generation };
    const next = { ...sent, submission: submission("key-2") };
    const inFlight = after(accepted, next);
    expect([inFlight.generation, isSubmitting(inFlight)]).toEqual([generation, true]);
    const refused = after(accepted, next, { ...next, error });
    expect([refused.generation, isSubmitting(refused), refused.error]).toEqual([generation, false, error]);
  });

  it("is resumed for a submission of another component, and not for its own that another component joins", () => {
    const joined = { ...sent, isOwn: false, generation };
    expect(after(joined).isResumed).toBe(true);
    expect(after(sent, joined).isResumed).toBe(false);
  });

  it("replaces its generation by a newer version only, and shows no deleted one", () => {
    const state = after({ ...sent, generation });
    const newer = completed(generation);
    expect(received(state, { generation: newer, resyncs: 0 }).generation).toBe(newer);
    expect(received(state, { generation: { ...generation }, resyncs: 0 })).toBe(state);
    expect(received(state, { generation: makeGeneration("gen_2"), resyncs: 0 })).toBe(state);
    expect(deleted(state, "gen_2")).toBe(state);
    expect(deleted(state, "gen_1").generation).toBeNull();
  });
});

import { SafelightError } from "@safelight/client";
import { describe, expect, it } from "vitest";
import { completed, makeGeneration } from "../../../test/generations.js";
import type { PendingSubmission } from "./pending-submissions.js";
import { reduceSession, type SessionAction } from "./reduce-session.js";
import { initialSessionState, isSubmitting, type SessionState } from "./session-state.js";

const submission = (idempotencyKey = "key-1"): PendingSubmission => ({
  request: { model: "flux", input: { prompt: "a lamp" } },
  idempotencyKey,
  submittedAt: 1_800_000_000_000,
  ownerTag: "owner-a",
  hasFailed: false,
});
type Submitted = Extract<SessionAction, { readonly type: "submitted" }>;
const submitted = (fields: Partial<Submitted> = {}): Submitted => ({
  type: "submitted",
  submission: submission(),
  isOwn: true,
  generation: null,
  error: null,
  ...fields,
});
const after = (...actions: SessionAction[]): SessionState => actions.reduce(reduceSession, initialSessionState(true));
const generation = makeGeneration("gen_1");

describe("reduceSession", () => {
  it("adopts the newest active generation until the list is current", () => {
    const state = after({ type: "listed", newest: generation, isCurrent: false });
    expect(state).toMatchObject({ generation, isResumed: true, mayAdopt: true });
    const newest = makeGeneration("gen_2");
    expect(reduceSession(state, { type: "listed", newest, isCurrent: true })).toMatchObject({
      generation: newest,
      mayAdopt: false,
    });
    const older = makeGeneration("gen_0");
    expect(reduceSession(state, { type: "listed", newest: older, isCurrent: false })).toBe(state);
  });

  it("shows a submission, then its generation", () => {
    const sent = after({ type: "acted" }, submitted());
    expect(sent).toMatchObject({ isUnaccepted: true, mayResume: false, mayAdopt: false });
    expect(isSubmitting(sent)).toBe(true);
    expect(reduceSession(sent, submitted({ generation }))).toMatchObject({
      isUnaccepted: false,
      isResumed: false,
      generation,
    });
  });

  it("keeps the generation of the previous submission while the next is in flight or refused", () => {
    const error = new SafelightError("insufficient_credits", "4 credits are missing");
    const accepted = submitted({ generation });
    const next = submitted({ submission: submission("key-2") });
    const inFlight = after(accepted, next);
    expect([inFlight.generation, isSubmitting(inFlight)]).toEqual([generation, true]);
    const refused = after(accepted, next, { ...next, error });
    expect([refused.generation, isSubmitting(refused), refused.error]).toEqual([generation, false, error]);
  });

  it("is resumed for a submission of another component, and not for its own that another component joins", () => {
    expect(after(submitted({ isOwn: false, generation })).isResumed).toBe(true);
    expect(after(submitted(), submitted({ isOwn: false, generation })).isResumed).toBe(false);
  });

  it("replaces its generation by a newer version only, and shows no deleted one", () => {
    const state = after(submitted({ generation }));
    const newer = completed(generation);
    expect(reduceSession(state, { type: "received", generation: newer, resyncs: 0 }).generation).toBe(newer);
    expect(reduceSession(state, { type: "received", generation: { ...generation }, resyncs: 0 })).toBe(state);
    expect(reduceSession(state, { type: "received", generation: makeGeneration("gen_2"), resyncs: 0 })).toBe(state);
    expect(reduceSession(state, { type: "deleted", id: "gen_2" })).toBe(state);
    expect(reduceSession(state, { type: "deleted", id: "gen_1" }).generation).toBeNull();
  });
});

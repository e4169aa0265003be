import type { ActiveResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { initialLiveState } from "./live-of.js";
import * as liveState from "./live-state.js";

type Transition = (state: liveState.LiveState) => liveState.LiveState;

const active = (sequence: number, fields: Partial<ActiveResponse> = {}): ActiveResponse => ({
  generations: [],
  hasMore: false,
  unseen: [],
  unseenCount: 0,
  sequence,
  timeline: "timeline-a",
  ownerTag: "owner-a",
  serverTime: "2026-01-01T00:00:00.000Z",
  pollAfterMs: 1_000,
  ...fields,
});
const listed =
  (sequence: number, fields?: Partial<ActiveResponse>): Transition =>
  (state) =>
    liveState.listed(state, { active: active(sequence, fields), isFresh: true, completeSince: 10 });
const identified =
  (isConfirmed = true): Transition =>
  (state) =>
    liveState.identified(state, { ownerTag: "owner-a", isConfirmed });
const connected =
  (event: Parameters<typeof liveState.connected>[1] = { state: "live", isCurrent: true }): Transition =>
  (state) =>
    liveState.connected(state, event);
const ended =
  (phase: "stopped" | "refused"): Transition =>
  (state) =>
    liveState.ended(state, phase);
const after = (...transitions: readonly Transition[]) =>
  transitions.reduce((state, transition) => transition(state), initialLiveState);

describe("the state of a connection", () => {
  it("is connecting, of an unknown owner and without a position at first", () => {
    expect(initialLiveState).toEqual({
      phase: "stopped",
      connection: "connecting",
      owner: { epoch: 0, tag: null, isConfirmed: false },
      position: null,
      isCurrent: false,
      resyncs: 0,
    });
  });

  it("adopts the position of the first list only, and advances it by events", () => {
    const state = after(identified(), listed(5), listed(3));
    expect(state.position).toEqual({ ownerTag: "owner-a", sequence: 5, timeline: "timeline-a" });
    expect(liveState.advanced(state, 6).position?.sequence).toBe(6);
  });

  it("adopts no position of another owner", () => {
    expect(after(identified(), listed(5, { ownerTag: "owner-b" })).position).toBeNull();
  });

  it("rewinds to a list that omits generations which are no longer remembered", () => {
    expect(after(identified(), listed(20), listed(5, { hasMore: true })).position?.sequence).toBe(5);
    expect(after(identified(), listed(20), listed(10, { hasMore: true })).position?.sequence).toBe(20);
  });

  it("is current after a whole list of the server, or once all earlier events were received", () => {
    expect(after(identified(), listed(5)).isCurrent).toBe(true);
    expect(after(identified(), listed(5, { hasMore: true })).isCurrent).toBe(false);
    expect(after(connected()).isCurrent).toBe(true);
    expect(after(connected(), connected({ state: "live", isCurrent: false })).isCurrent).toBe(true);
  });

  it.each<[string, Transition]>([
    ["a failure", liveState.failed],
    ["a refusal", ended("refused")],
    ["a stop", ended("stopped")],
    ["an outage", connected({ state: "offline", isCurrent: true })],
  ])("is no longer current after %s", (_, transition) => {
    expect(after(connected(), transition).isCurrent).toBe(false);
  });

  it("is connecting after it was stopped, whatever it was before", () => {
    expect(after(connected(), ended("stopped")).connection).toBe("connecting");
  });

  it("keeps the epoch of an owner that is identified, and starts one when another may have signed in", () => {
    const known = after(identified(false), identified());
    expect(known.owner).toEqual({ epoch: 0, tag: "owner-a", isConfirmed: true });
    const reset = liveState.ownerReset(listed(5)(known), "owner-b");
    expect(reset).toMatchObject({ owner: { epoch: 1, tag: "owner-b", isConfirmed: false }, position: null });
  });

  it("returns the same owner for data that proves nothing new, so that no listener runs", () => {
    const known = after(identified());
    expect(identified(false)(known)).toBe(known);
    expect(listed(5)(known).owner).toBe(known.owner);
  });

  it.each(["refused", "stopped"] as const)(
    "needs another confirmation of the owner after it was %s, and keeps the position",
    (phase) => {
      const state = after(identified(), listed(5), ended(phase));
      expect(state.owner).toEqual({ epoch: 0, tag: "owner-a", isConfirmed: false });
      expect(state.position?.sequence).toBe(5);
    },
  );
});

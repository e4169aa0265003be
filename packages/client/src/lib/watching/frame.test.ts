import { describe, expect, it } from "vitest";
import { active, changes, positionAt, processing } from "../../../test/generations.js";
import { isComplete, toFrame } from "./frame.js";

describe("a frame", () => {
  const changed = [processing({ sequence: 8, version: 8 })];

  it("is incomplete if the server has more changes, also with fewer than 100", () => {
    const frame = toFrame(changes({ sequence: 8, changed, hasMoreChanges: true }), positionAt(7));
    expect(isComplete(frame)).toBe(false);
  });

  it("has the places of an event with `queue`, and of the waiting generations in a list without a resync", () => {
    const progress = { queuePosition: 2, queuePositionAt: "2027-01-15T08:00:00.000Z", etaMs: null };
    const place = { id: "gen_1", version: 1, expectedAt: null, progress };
    expect(toFrame({ sequence: 7, changed: [], deleted: [], queue: [place] }, positionAt(7)).places).toEqual([place]);
    const waiting = processing({ progress: { ...processing().progress, ...progress } });
    const listed = { ...changes({ sequence: 7 }), generations: [waiting, processing({ id: "gen_2" })] };
    expect(toFrame(listed, positionAt(7)).places).toEqual([waiting]);
  });

  it("is complete without further changes", () => {
    expect(isComplete(toFrame(changes({ sequence: 8, changed }), positionAt(7)))).toBe(true);
    expect(isComplete(toFrame(active(), undefined))).toBe(true);
  });
});

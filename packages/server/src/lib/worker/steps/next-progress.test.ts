import { describe, expect, it } from "vitest";
import { nextProgress } from "./next-progress.js";

const fresh = { progress: null, progressSource: "none", queuePosition: null, progressAt: null } as const;
const half = { progress: 0.5, progressSource: "provider", queuePosition: null, progressAt: 1_000 } as const;
const running = (progress: number | null) => ({ type: "running", progress }) as const;
const queued = (queuePosition: number | null) => ({ type: "queued", queuePosition }) as const;

describe("nextProgress", () => {
  it.each([
    ["the first report of a provider", fresh, running(0.25), { value: 0.25, source: "provider", queuePosition: null }],
    ["a position in the queue", fresh, queued(3), { value: null, source: "none", queuePosition: 3 }],
    [
      "the end of the queue position",
      { ...fresh, queuePosition: 3 },
      running(null),
      { value: null, source: "none", queuePosition: null },
    ],
    ["progress after a second", half, running(0.6), { value: 0.6, source: "provider", queuePosition: null }],
    ["at most 0.99 before completion", half, running(1), { value: 0.99, source: "provider", queuePosition: null }],
    ["a start at 0", fresh, running(0), { value: 0, source: "provider", queuePosition: null }],
  ])("returns %s", (_case, generation, status, expected) => {
    expect(nextProgress({ status, generation, now: 2_000, hasPreview: false })).toEqual(expected);
  });

  it.each([
    ["progress that decreases", half, running(0.4)],
    ["unchanged progress", half, running(0.5)],
    ["no progress", half, running(null)],
    ["progress that is not a number", half, running(Number.NaN)],
    ["an unknown queue position", fresh, queued(null)],
    ["an invalid queue position", fresh, queued(-1)],
  ])("returns null for %s", (_case, generation, status) => {
    expect(nextProgress({ status, generation, now: 2_000, hasPreview: false })).toBeNull();
  });

  it("returns null within a second of the last write", () => {
    const report = { status: running(0.6), generation: half, hasPreview: true };
    expect(nextProgress({ ...report, now: 1_999 })).toBeNull();
    expect(nextProgress({ ...report, now: 2_000 })).not.toBeNull();
  });

  it("returns an update for a preview when progress is unchanged or lower, without a value", () => {
    const report = { generation: half, now: 2_000, hasPreview: true };
    const expected = { value: null, source: "provider", queuePosition: null };
    expect(nextProgress({ ...report, status: running(0.5) })).toEqual(expected);
    expect(nextProgress({ ...report, status: running(0.4) })).toEqual(expected);
  });
});

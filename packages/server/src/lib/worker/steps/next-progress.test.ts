import { describe, expect, it } from "vitest";
import { nextProgress } from "./next-progress.js";

const fresh = { progress: null, progressSource: "none", queuePosition: null, progressAt: null } as const;
const half = { progress: 0.5, progressSource: "provider", queuePosition: null, progressAt: 1_000 } as const;
const running = (progress: number | null) => ({ type: "running", progress }) as const;
const queued = (queuePosition: number | null) => ({ type: "queued", queuePosition }) as const;

describe("nextProgress", () => {
  it.each([
    ["the first word of a provider", fresh, running(0.25), { value: 0.25, source: "provider", queuePosition: null }],
    ["a place in the queue", fresh, queued(3), { value: null, source: "none", queuePosition: 3 }],
    [
      "leaving the queue",
      { ...fresh, queuePosition: 3 },
      running(null),
      { value: null, source: "none", queuePosition: null },
    ],
    ["progress after a second", half, running(0.6), { value: 0.6, source: "provider", queuePosition: null }],
    [
      "everything, but not the end: only completion is 1",
      half,
      running(1),
      { value: 0.99, source: "provider", queuePosition: null },
    ],
    ["a start at 0", fresh, running(0), { value: 0, source: "provider", queuePosition: null }],
  ])("tells %s", (_news, generation, status, expected) => {
    expect(nextProgress({ status, generation, now: 2_000, hasPreview: false })).toEqual(expected);
  });

  it.each([
    ["what goes back", half, running(0.4)],
    ["what stays", half, running(0.5)],
    ["nothing", half, running(null)],
    ["no number", half, running(Number.NaN)],
    ["an unknown place", fresh, queued(null)],
    ["a place that is none", fresh, queued(-1)],
  ])("keeps quiet about %s", (_news, generation, status) => {
    expect(nextProgress({ status, generation, now: 2_000, hasPreview: false })).toBeNull();
  });

  it("writes at most once a second", () => {
    const word = { status: running(0.6), generation: half, hasPreview: true };
    expect(nextProgress({ ...word, now: 1_999 })).toBeNull();
    expect(nextProgress({ ...word, now: 2_000 })).not.toBeNull();
  });

  it("tells of a picture although the number stays, and does not let the number go back", () => {
    const word = { generation: half, now: 2_000, hasPreview: true };
    const expected = { value: null, source: "provider", queuePosition: null };
    expect(nextProgress({ ...word, status: running(0.5) })).toEqual(expected);
    expect(nextProgress({ ...word, status: running(0.4) })).toEqual(expected);
  });
});

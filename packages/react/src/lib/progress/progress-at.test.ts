import type { Generation, Progress } from "@safelight/client/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completed, makeGeneration } from "../../../test/generations.js";
import { type ProgressMoment, progressAt } from "./progress-at.js";

const start = Date.parse("2027-01-15T08:00:00.000Z");
const at = (ms: number) => new Date(start + ms).toISOString();

/** Submitted two seconds before the provider started, which was at 0. */
function running(progress: Partial<Progress>, expectedMs: number | null = null): Generation {
  return makeGeneration("gen_1", {
    status: "processing",
    createdAt: at(-2_000),
    startedAt: at(0),
    expectedAt: expectedMs === null ? null : at(expectedMs),
    progress: {
      value: null,
      source: "none",
      queuePosition: null,
      queuePositionAt: null,
      etaMs: null,
      previewUrl: null,
      ...progress,
    },
  });
}

/** `nowMs` after the start, for an update that was received `receivedMs` after it. */
function viewAt(generation: Generation, nowMs: number, { receivedMs = 0, shown = null as number | null } = {}) {
  return progressAt(generation, { receivedAt: start + receivedMs, now: start + nowMs, shown });
}

const estimate = (value: number, expectedMs = 10_000) => running({ value, source: "estimate" }, expectedMs);
const provider = (value: number, etaMs: number | null = null) => running({ value, source: "provider", etaMs });

const anyRunning = fc
  .record({
    value: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    source: fc.constantFrom("provider", "estimate", "none"),
    etaMs: fc.option(fc.nat(600_000)),
    expectedMs: fc.option(fc.integer({ min: -10_000, max: 600_000 })),
  })
  .map(({ expectedMs, ...progress }) => running(progress, expectedMs));
const anyMoments = fc.array(fc.integer({ min: -60_000, max: 86_400_000 }), { minLength: 2, maxLength: 30 });

describe("progressAt", () => {
  it("never decreases, whatever is received at any time, and stays below 1", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyRunning, anyMoments), { minLength: 1, maxLength: 5 }), (updates) => {
        let shown: number | null = null;
        for (const [generation, moments] of updates) {
          for (const nowMs of moments) {
            const { value, percent } = viewAt(generation, nowMs, { receivedMs: moments[0] ?? 0, shown });
            if (shown !== null) expect(value).not.toBeNull();
            if (value !== null) {
              expect(value).toBeGreaterThanOrEqual(shown ?? 0);
              expect(value).toBeLessThan(1);
              expect(percent).toBeLessThan(100);
            }
            shown = value;
          }
        }
      }),
    );
  });

  it("moves by ever smaller steps when it is late", () => {
    const isLateSlow = (generation: Generation, endsMs: number) => {
      const values = Array.from(
        { length: 6 },
        (_, step) => viewAt(generation, endsMs * (1 + step / 10)).value ?? Number.NaN,
      );
      const steps = values.slice(1).map((value, index) => value - (values[index] ?? Number.NaN));
      for (const [index, step] of steps.entries()) {
        expect(step).toBeGreaterThan(0);
        if (index > 0) expect(step).toBeLessThan(steps[index - 1] ?? 0);
      }
    };
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 600_000 }), (endsMs) => isLateSlow(estimate(0, endsMs), endsMs)),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 600_000 }), (endsMs) => isLateSlow(provider(0.1, endsMs), endsMs)),
    );
  });

  it("is the value of an update at the time it is received", () => {
    fc.assert(
      fc.property(anyRunning, fc.integer({ min: -60_000, max: 600_000 }), (generation, receivedMs) => {
        const { value, source } = generation.progress;
        const expected = source === "none" || value === null ? null : Math.min(value, 0.994);
        expect(viewAt(generation, receivedMs, { receivedMs }).value).toBe(expected);
      }),
    );
  });

  it("uses the server's formula for estimates", () => {
    expect(viewAt(estimate(0.09), 5_000, { receivedMs: 1_000 }).value).toBeCloseTo(0.45, 10);
    expect(viewAt(estimate(0.09), 10_000, { receivedMs: 1_000 }).value).toBeCloseTo(0.9, 10);
    expect(viewAt(estimate(0.09), 15_000, { receivedMs: 1_000 }).value).toBeCloseTo(0.99 - 0.09 / Math.E, 10);
  });

  it("continues at the provider's pace, and stays behind its next update", () => {
    // A quarter in a quarter of the time.
    const generation = provider(0.25, 7_500);
    const { value } = viewAt(generation, 3_500, { receivedMs: 2_500 });
    expect(value).toBeGreaterThan(0.34);
    expect(value).toBeLessThan(0.35);
  });

  it("does not move if the provider reports a value without an ETA", () => {
    expect(viewAt(provider(0.4), 60_000).value).toBe(0.4);
    expect(viewAt(provider(0.4, 0), 60_000).value).toBe(0.4);
  });

  it("is null without any source, and otherwise keeps the last known value", () => {
    expect(viewAt(running({ value: 0.4, source: "none" }, 10_000), 5_000)).toMatchObject({
      value: null,
      percent: null,
    });
    expect(viewAt(running({}), 5_000, { shown: 0.3 })).toMatchObject({ value: 0.3, percent: 30 });
  });

  it("is 1 when completed, and keeps its value when failed or canceled", () => {
    const done = completed(running({}));
    expect(viewAt(done, 0, { shown: 0.2 })).toMatchObject({ value: 1, percent: 100, remainingMs: null, isLate: false });
    const canceled: Generation = { ...estimate(0.2, 10_000), status: "canceled", finishedAt: at(4_000) };
    expect(viewAt(canceled, 60_000, { shown: 0.3 }).value).toBe(0.3);
    expect(viewAt(canceled, 60_000).value).toBe(0.2);
    const progress: Progress = { ...canceled.progress, value: null, source: "none" };
    expect(viewAt({ ...canceled, progress }, 60_000, { shown: 0.3 }).value).toBe(0.3);
    expect(viewAt({ ...canceled, progress }, 60_000).value).toBeNull();
  });

  it("measures the elapsed time from submit to finish", () => {
    expect(viewAt(estimate(0), 5_000).elapsedMs).toBe(7_000);
    expect(viewAt(estimate(0), -5_000).elapsedMs).toBe(0);
    expect(viewAt({ ...estimate(0), status: "canceled", finishedAt: at(4_000) }, 60_000).elapsedMs).toBe(6_000);
  });

  it("counts down to the expected end, and is late after it", () => {
    const remaining = (generation: Generation, nowMs: number, moment?: Partial<Record<"receivedMs", number>>) => {
      const { remainingMs, isLate } = viewAt(generation, nowMs, moment);
      return [remainingMs, isLate];
    };
    expect(remaining(estimate(0, 10_000), 4_000)).toEqual([6_000, false]);
    expect(remaining(estimate(0, 10_000), 10_001)).toEqual([0, true]);
    // By the provider's ETA, which is better than the duration of earlier runs.
    const own = running({ value: 0.5, source: "provider", etaMs: 3_000 }, 60_000);
    expect(remaining(own, 4_000, { receivedMs: 2_000 })).toEqual([1_000, false]);
    expect(remaining(running({ etaMs: 3_000 }), 4_000, { receivedMs: 2_000 })).toEqual([1_000, false]);
    expect(remaining(running({}), 4_000)).toEqual([null, false]);
    expect(remaining({ ...estimate(0, 10_000), status: "canceled", finishedAt: at(4_000) }, 20_000)).toEqual([
      null,
      false,
    ]);
  });

  it("returns the source and the queue position", () => {
    const moment: ProgressMoment = { receivedAt: start, now: start, shown: null };
    expect(progressAt(running({ queuePosition: 3 }), moment)).toMatchObject({ source: "none", queuePosition: 3 });
  });
});

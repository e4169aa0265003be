import { describe, expect, it } from "vitest";
import { type AgreedTime, addReport, startCorrectionMs } from "./agreed-time.js";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const start = 1_800_000_000_000;

const first = addReport(null, { now: start, by: "first", aheadMs: 0, provenAt: 0 });
const add = (known: AgreedTime, by: string, now: number, change: { aheadMs?: number; provenAt?: number } = {}) =>
  addReport(known, { now, by, aheadMs: 0, provenAt: 0, ...change });

describe("addReport", () => {
  it("advances for one process only by the time that it ran", () => {
    expect(add(first, "first", start + 8 * hourMs, { provenAt: start + minuteMs }).agreedAt).toBe(start + minuteMs);
  });

  it("passes a gap when a second process reads at least as much, half a minute later", () => {
    const claimed = add(first, "second", start + 8 * hourMs);
    expect(claimed.agreedAt).toBe(start);
    expect(add(claimed, "second", start + 9 * hourMs).agreedAt).toBe(start);
    expect(add(claimed, "third", start + 8 * hourMs + 29_999).agreedAt).toBe(start);
    expect(add(claimed, "third", start + 8 * hourMs + 30_000).agreedAt).toBe(start + 8 * hourMs);
  });

  it("is never later than the last report, so that the earliest clock wins", () => {
    const ahead = add(add(first, "second", start + 9 * hourMs), "third", start + 10 * hourMs);
    const right = add(ahead, "fourth", start + minuteMs);
    expect(right).toMatchObject({ reportedAt: start + minuteMs, agreedAt: start + minuteMs });
    expect(right.pendingAt).toBeLessThanOrEqual(start + minuteMs);
    expect(right.confirmedAt).toBeLessThanOrEqual(start + minuteMs);
  });

  it("confirms a time once another hour was agreed on", () => {
    let known = first;
    const confirmed: number[] = [];
    for (let minutes = 1; minutes <= 130; minutes += 1) {
      const now = start + minutes * minuteMs;
      known = add(known, "first", now, { provenAt: now });
      confirmed.push(known.confirmedAt);
    }
    expect(confirmed[58]).toBe(0);
    expect(confirmed[59]).toBe(start);
    expect(confirmed[119]).toBe(start + hourMs);
  });

  it("confirms no gap at once, although two processes agree on it", () => {
    const ahead = add(add(first, "second", start + 200 * hourMs), "third", start + 200 * hourMs + minuteMs);
    expect(ahead).toMatchObject({ agreedAt: start + 200 * hourMs, confirmedAt: start });
  });

  it("keeps the max correction, which shrinks by a second per second", () => {
    const jumped = add(first, "first", start + minuteMs, { aheadMs: hourMs });
    expect(add(jumped, "second", start + 2 * minuteMs).aheadMs).toBe(hourMs - minuteMs);
    expect(add(jumped, "second", start + 2 * hourMs).aheadMs).toBe(0);
  });

  it("starts a process with the correction of its clock, and never before the report", () => {
    const jumped = add(first, "first", start + minuteMs, { aheadMs: hourMs });
    expect(startCorrectionMs(jumped, jumped.reportedAt + hourMs + 10_000)).toBe(hourMs);
    expect(startCorrectionMs(jumped, jumped.reportedAt + 10_000)).toBe(10_000);
    expect(startCorrectionMs(jumped, jumped.reportedAt - hourMs)).toBe(0);
  });
});

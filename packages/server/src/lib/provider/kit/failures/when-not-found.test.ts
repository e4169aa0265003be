import { describe, expect, it } from "vitest";
import { whenNotFound } from "./when-not-found.js";

const acceptedAt = Date.parse("2026-11-01T10:00:00Z");
const requested = (ageMs: number, keptForMs?: number) =>
  whenNotFound({ name: "fal's job r1", acceptedAt, now: acceptedAt + ageMs, ...(keptForMs && { keptForMs }) });

describe("whenNotFound", () => {
  it.each([-5_000, 0, 59_999])("throws %i ms after the job was accepted", (ageMs) => {
    expect(() => requested(ageMs)).toThrow("fal's job r1 was not found");
  });

  it.each([
    [60_000, undefined, "job_lost"],
    [Date.now(), undefined, "job_lost"],
    [60_000, 86_400_000, "job_lost"],
    [86_400_000, 86_400_000, "result_expired"],
  ])("reports a job of age %i ms with a retention of %s ms as %s", (ageMs, keptForMs, code) => {
    const failure = { code, message: "fal's job r1 was not found." };
    expect(requested(ageMs, keptForMs)).toEqual({ type: "failed", failure });
  });
});

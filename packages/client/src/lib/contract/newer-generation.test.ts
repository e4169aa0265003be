import { describe, expect, it } from "vitest";
import { completed, processing } from "../../../test/generations.js";
import type { Generation } from "./generation.js";
import { newerGeneration } from "./newer-generation.js";

describe("newerGeneration", () => {
  const earlier: Generation = completed({ version: 2, urlsExpireAt: "2027-01-15T08:10:00.000Z" });
  const later: Generation = completed({ version: 2, urlsExpireAt: "2027-01-15T08:15:00.000Z" });

  it("returns the higher version, whatever its URLs", () => {
    const newer = processing({ version: 3 });
    expect(newerGeneration<Generation>(later, newer)).toBe(newer);
    expect(newerGeneration<Generation>(newer, later)).toBe(newer);
  });

  it("returns the one whose URLs expire later for equal versions", () => {
    expect(newerGeneration(earlier, later)).toBe(later);
    expect(newerGeneration(later, earlier)).toBe(later);
    expect(newerGeneration(processing(), { ...processing(), urlsExpireAt: later.urlsExpireAt })).toMatchObject({
      urlsExpireAt: later.urlsExpireAt,
    });
  });

  it("returns the one with the later place in the queue for equal versions", () => {
    const at = (queuePositionAt: string | null) =>
      processing({ progress: { ...processing().progress, queuePosition: 1, queuePositionAt } });
    const [none, early, late] = [at(null), at("2027-01-15T08:00:00.000Z"), at("2027-01-15T08:00:01.000Z")];
    expect([newerGeneration(early, late), newerGeneration(late, early)]).toEqual([late, late]);
    expect([newerGeneration(none, early), newerGeneration(early, none)]).toEqual([early, early]);
  });

  it("returns the left one if nothing differs", () => {
    expect(newerGeneration(later, { ...later })).toBe(later);
  });
});

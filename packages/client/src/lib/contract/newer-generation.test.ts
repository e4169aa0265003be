import { describe, expect, it } from "vitest";
import { completed, processing } from "../../../test/generations.js";
import { type Generation, newerGeneration } from "./generation.js";

describe("newerGeneration", () => {
  const earlier: Generation = completed({ version: 2, urlsExpireAt: "2027-01-15T08:10:00.000Z" });
  const later: Generation = completed({ version: 2, urlsExpireAt: "2027-01-15T08:15:00.000Z" });

  it("is the one of the higher version, whatever its URLs", () => {
    const newer = processing({ version: 3 });
    expect(newerGeneration<Generation>(later, newer)).toBe(newer);
    expect(newerGeneration<Generation>(newer, later)).toBe(newer);
  });

  it("is the one whose URLs hold longer where the versions are the same", () => {
    expect(newerGeneration(earlier, later)).toBe(later);
    expect(newerGeneration(later, earlier)).toBe(later);
    expect(newerGeneration(processing(), { ...processing(), urlsExpireAt: later.urlsExpireAt })).toMatchObject({
      urlsExpireAt: later.urlsExpireAt,
    });
  });

  it("is the one that is held already where nothing differs", () => {
    expect(newerGeneration(later, { ...later })).toBe(later);
  });
});

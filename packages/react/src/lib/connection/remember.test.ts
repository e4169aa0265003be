import type { Generation } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { makeGeneration } from "../../../test/generations.js";
import { heardAtOf, remember } from "./remember.js";

describe("remember", () => {
  it("forgets what changed longest ago of more than a thousand", () => {
    const known = new Map<string, Generation | null>();
    const note = (count: number) => {
      const id = `gen_${count}`;
      return remember(known, id, makeGeneration(id, { sequence: count }));
    };
    for (let count = 1; count <= 1_000; count += 1) expect(note(count)).toBe(0);
    // The first one changes again.
    expect(note(1)).toBe(0);
    expect(note(1_001)).toBe(2);
    expect([known.size, known.has("gen_1"), known.has("gen_2")]).toEqual([1_000, true, false]);
    known.delete("gen_3");
    expect(remember(known, "gen_3", null)).toBe(0);
  });

  it("knows when it heard of it", () => {
    const generation = makeGeneration("gen_1");
    expect(heardAtOf(generation)).toBeUndefined();
    const before = Date.now();
    remember(new Map(), "gen_1", generation);
    expect(heardAtOf(generation)).toBeGreaterThanOrEqual(before);
    expect(heardAtOf({ ...generation })).toBeUndefined();
  });
});

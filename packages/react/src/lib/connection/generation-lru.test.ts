import { describe, expect, it } from "vitest";
import { makeGeneration } from "../../../test/generations.js";
import { GenerationLru } from "./generation-lru.js";

describe("GenerationLru", () => {
  it("forgets the oldest change of more than a thousand, and notes since when it is complete", () => {
    const lru = new GenerationLru();
    const change = (count: number) => {
      const generation = makeGeneration(`gen_${count}`);
      lru.remember({ id: generation.id, generation, sequence: count });
    };
    for (let count = 1; count <= 1_000; count += 1) change(count);
    // The first one changes again.
    change(1);
    expect(lru.completeSince).toBe(0);
    change(1_001);
    expect(lru.completeSince).toBe(2);
    expect([...lru.entries()]).toHaveLength(1_000);
    expect([lru.get("gen_1")?.id, lru.get("gen_2")]).toEqual(["gen_1", undefined]);
  });

  it("notes the sequence of a deletion that it forgets", () => {
    const lru = new GenerationLru();
    for (let sequence = 1; sequence <= 1_001; sequence += 1) {
      lru.remember({ id: `gen_${sequence}`, generation: null, sequence });
    }
    expect(lru.has("gen_1")).toBe(false);
    expect(lru.completeSince).toBe(1);
  });
});

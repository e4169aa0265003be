import { describe, expect, it } from "vitest";
import { hex } from "./color.js";
import type { ImagePlan } from "./image-plan.js";
import { paletteNames, paletteOf } from "./palettes.js";
import { planImage } from "./plan-image.js";

describe("planImage", () => {
  const plan = (prompt: string, seed = 0): ImagePlan => planImage({ prompt, seed });
  const paletteIn = (prompt: string, seed = 0): string | undefined => {
    const { palette } = plan(prompt, seed);
    return paletteNames.find((name) => JSON.stringify(paletteOf(name)) === JSON.stringify(palette));
  };
  const seeds = Array.from({ length: 40 }, (_, index) => index);

  it.each([
    ["a cat on the moon", { scene: "moon", subject: { name: "cat" } }],
    ["neon city at night", { scene: "city" }],
    ["autumn forest lake", { scene: "lake", trees: "round" }],
    ["red fox in snow", { weather: "snow", subject: { name: "fox", tint: hex("#c9302a") } }],
    ["abstract waves", { scene: "ribbons" }],
    ["A Lighthouse, in a STORM!", { scene: "sea", weather: "rain", subject: { name: "lighthouse" } }],
    ["northern lights over a cabin", { hasAurora: true, subject: { name: "cabin" } }],
    ["blue whales", { scene: "underwater", subject: { name: "whale" } }],
    ["foxes", { subject: { name: "fox" } }],
    ["palm beach", { scene: "sea", trees: "palm" }],
    ["bauhaus poster in red and yellow", { scene: "circles", inks: [hex("#c9302a"), hex("#f0c22f")] }],
  ])("reads %j for every seed", (prompt, expected) => {
    for (const seed of seeds) expect(plan(prompt, seed)).toMatchObject(expected);
  });

  it.each([
    ["neon city at night", "neon"],
    ["autumn forest", "autumn"],
    ["desert at sunset", "sunset"],
    ["a lake at dawn", "dawn"],
    ["an owl under a crescent moon", "night"],
  ])("selects the palette of %j for every seed", (prompt, palette) => {
    for (const seed of seeds) expect(paletteIn(prompt, seed)).toBe(palette);
  });

  it("uses the color of the subject only for the subject", () => {
    expect(plan("yellow bird over the sea")).toMatchObject({ inks: [], subject: { tint: hex("#f0c22f") } });
    expect(plan("bird over the yellow sea")).toMatchObject({ inks: [hex("#f0c22f")], subject: { tint: null } });
  });

  it("shows a moon that the prompt names", () => {
    for (const seed of seeds) {
      expect(plan("an owl under a crescent moon", seed)).toMatchObject({ luminary: { kind: expect.any(String) } });
      expect(["mountains", "lake", "sea"]).toContain(plan("an owl under a crescent moon", seed).scene);
    }
  });

  it("ignores the directives for the vendor", () => {
    expect(plan("slow fail:flaky a quiet lake lost:forever")).toEqual(plan("a quiet lake"));
  });

  it("derives open choices from unknown words", () => {
    const plans = ["alpha", "beta", "gamma", "delta", "月", "猫", "море", "12"].map((prompt) =>
      JSON.stringify(plan(prompt)),
    );
    expect(new Set(plans).size).toBe(plans.length);
  });

  it("plans the same image for the same seed, and another one for another seed", () => {
    expect(plan("a quiet lake", 7)).toEqual(plan("a quiet lake", 7));
    expect(plan("a quiet lake", 7)).not.toEqual(plan("a quiet lake", 8));
  });
});

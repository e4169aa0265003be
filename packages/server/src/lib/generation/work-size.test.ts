import { describe, expect, it } from "vitest";
import { outputsIn, workSizeOf } from "./work-size.js";

const sizeOf = (input: unknown, requestedOutputs = 1) => workSizeOf({ kind: "video", requestedOutputs, input });

describe("workSizeOf", () => {
  it("is the number of outputs of images, whatever their input", () => {
    expect(workSizeOf({ kind: "image", requestedOutputs: 3, input: { duration: 8, resolution: "4k" } })).toBe(3);
  });

  it.each([
    ["seconds", { duration: 8 }, { duration: 4 }],
    ["resolutions", { resolution: "1080p" }, { resolution: "720p" }],
    ["seconds at one resolution", { seconds: 4, size: "1280x720" }, { seconds: 8, size: "1280x720" }],
    ["a named and an unnamed resolution", { duration: 8, resolution: "720p" }, { duration: 8 }],
  ])("differs for other %s", (_, left, right) => {
    expect(sizeOf(left)).not.toBe(sizeOf(right));
  });

  it("contains the number of outputs", () => {
    for (const input of [{}, { duration: 8 }, { duration: 3_600, resolution: "4k" }]) {
      expect(outputsIn(sizeOf(input, 12))).toBe(12);
    }
  });

  it("differs for another number of outputs", () => {
    expect(sizeOf({ duration: 8 }, 1)).not.toBe(sizeOf({ duration: 8 }, 2));
  });

  it.each([
    ["in the spelling of vendors", { duration: "8s", resolution: "720p" }, { durationSeconds: 8, size: "1280x720" }],
    ["for a turned clip", { seconds: "8", width: 1_280, height: 720 }, { duration: 8, size: "720x1280" }],
    ["for resolutions of one bucket", { resolution: "720p" }, { size: "1366x768" }],
    ["for prompts", { prompt: "waves", duration: 8 }, { prompt: "a fire", duration: 8 }],
  ])("is the same %s", (_, left, right) => {
    expect(sizeOf(left)).toBe(sizeOf(right));
  });

  it.each([
    null,
    "text",
    { duration: -1 },
    { duration: Number.NaN },
    { duration: { seconds: 9 }, resolution: 7 },
    { duration: "soon", size: "large" },
  ])("finds no seconds and no resolution in %j", (input) => {
    expect(sizeOf(input)).toBe(1);
  });

  it("fits 32 bits", () => {
    expect(sizeOf({ duration: 1e300, resolution: "4k" }, 1_000)).toBeLessThan(2 ** 31);
  });
});

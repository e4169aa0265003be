import { expect, it } from "vitest";
import { completed, makeGeneration } from "../../test/generations.js";
import { outcomeText } from "./outcome-text";

it.each([
  ["video", 2, 2, "1 of 2 videos was not delivered. 2 of 4 credits refunded."],
  ["image", 3, 2, "2 of 3 images were not delivered. 2 of 4 credits refunded."],
  ["audio", 2, 0, "1 of 2 audio files was not delivered."],
  ["image", 1, 0, null],
] as const)("states the missing outputs: %s, one of %i", (kind, requestedOutputs, refundedCredits, text) => {
  const generation = completed(makeGeneration("gen_1", { kind, requestedOutputs }));
  expect(outcomeText({ ...generation, refundedCredits })).toBe(text);
});

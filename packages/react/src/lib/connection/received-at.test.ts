import { expect, it } from "vitest";
import { makeGeneration } from "../../../test/generations.js";
import { markReceived, receivedAtOf } from "./received-at.js";

it("is the time of this very version", () => {
  const generation = makeGeneration("gen_1");
  expect(receivedAtOf(generation)).toBeUndefined();
  markReceived(generation, 1_800_000_000_000);
  expect(receivedAtOf(generation)).toBe(1_800_000_000_000);
  expect(receivedAtOf({ ...generation })).toBeUndefined();
});

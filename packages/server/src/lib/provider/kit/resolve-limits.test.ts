import { expect, it } from "vitest";
import { resolveLimits } from "./resolve-limits.js";

const published = { concurrency: 24 };

it("prefers the limits of the host to the published ones, under the key of the vendor", () => {
  expect(resolveLimits(undefined, { key: "bfl", published })).toEqual({ key: "bfl", concurrency: 24 });
  expect(resolveLimits({ concurrency: 100 }, { key: "bfl", published })).toEqual({ key: "bfl", concurrency: 100 });
  expect(resolveLimits({ key: "eu" }, { key: "bfl", published })).toEqual({ key: "eu" });
  expect(resolveLimits({}, { key: "fal" })).toEqual({ key: "fal" });
});

it("returns none if the host wants none, or the vendor publishes none", () => {
  expect(resolveLimits(false, { key: "bfl", published })).toBeUndefined();
  expect(resolveLimits(undefined, { key: "fal" })).toBeUndefined();
});

it("rejects an unknown name", () => {
  const misspelled: object = { concurency: 2 };
  expect(() => resolveLimits(misspelled, { key: "fal" })).toThrow('Unknown option "concurency" in limits.');
});

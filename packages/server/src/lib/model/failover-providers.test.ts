import { describe, expect, it } from "vitest";
import { providerOf, withUniqueIds } from "./failover-providers.js";

const a = { id: "a" };
const b = { id: "b" };

describe("providerOf", () => {
  it("returns null for a provider that the model does not list", () => {
    expect(providerOf([a, b], { providerId: "gone" })).toBeNull();
  });

  it("finds a provider at another index", () => {
    expect(providerOf([b, a], { providerId: "a" })).toBe(a);
  });
});

describe("withUniqueIds", () => {
  it("keeps different ids", () => {
    expect(withUniqueIds([a, b])).toEqual([a, b]);
  });

  it("numbers providers that share an id, and keeps their methods", () => {
    class Vendor {
      readonly id = "fal";
      readonly model: string;
      constructor(model: string) {
        this.model = model;
      }
      modelName(): string {
        return this.model;
      }
    }
    const providers = withUniqueIds([new Vendor("fast"), b, new Vendor("slow"), new Vendor("last")]);
    expect(providers.map(({ id }) => id)).toEqual(["fal", "b", "fal-2", "fal-3"]);
    const slow = providerOf(providers, { providerId: "fal-2" });
    expect(slow instanceof Vendor && slow.modelName()).toBe("slow");
  });

  it.each([
    [
      ["fal", "fal-2", "fal"],
      ["fal", "fal-2", "fal-3"],
    ],
    [
      ["fal", "fal", "fal-2"],
      ["fal", "fal-2", "fal-2-2"],
    ],
    [
      ["fal-2", "fal", "fal-3", "fal", "fal"],
      ["fal-2", "fal", "fal-3", "fal-4", "fal-5"],
    ],
    [
      ["fal", "fal", "fal-2", "fal-2-2", "fal-2"],
      ["fal", "fal-2", "fal-2-2", "fal-2-2-2", "fal-2-3"],
    ],
  ])("gives %j an id each, also if one is like a numbered one", (given, unique) => {
    const [first, ...others] = given.map((id) => ({ id }));
    if (first === undefined) throw new Error("No provider.");
    expect(withUniqueIds([first, ...others]).map(({ id }) => id)).toEqual(unique);
    // An appended provider changes no earlier id: stored attempts keep their provider.
    expect(withUniqueIds([first, ...others, a]).map(({ id }) => id)).toEqual([...unique, "a"]);
  });
});

import { describe, expect, it } from "vitest";
import { providerOf, withOwnIds } from "./provider-chain.js";

const a = { id: "a" };
const b = { id: "b" };

describe("providerOf", () => {
  it("is null for a provider that the model does not name", () => {
    expect(providerOf([a, b], { providerId: "gone" })).toBeNull();
  });

  it("finds a provider that was moved to another place", () => {
    expect(providerOf([b, a], { providerId: "a" })).toBe(a);
  });
});

describe("withOwnIds", () => {
  it("leaves a chain of different providers as it is", () => {
    expect(withOwnIds([a, b])).toEqual([a, b]);
  });

  it("tells apart providers that share an id, with all that they can do", () => {
    class Vendor {
      readonly id = "fal";
      readonly model: string;
      constructor(model: string) {
        this.model = model;
      }
      ask(): string {
        return this.model;
      }
    }
    const chain = withOwnIds([new Vendor("fast"), b, new Vendor("slow"), new Vendor("last")]);
    expect(chain.map(({ id }) => id)).toEqual(["fal", "b", "fal-2", "fal-3"]);
    const slow = providerOf(chain, { providerId: "fal-2" });
    expect(slow instanceof Vendor && slow.ask()).toBe("slow");
  });
});

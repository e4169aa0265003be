import { describe, expect, it } from "vitest";
import { promptIdOf, seedOf } from "./prompt-id.js";

describe("the id of a prompt", () => {
  it("is the same for the same token, and a UUID in the spelling that the server takes", async () => {
    const id = await promptIdOf("token-1");
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await promptIdOf("token-1")).toBe(id);
    expect(await promptIdOf("token-2")).not.toBe(id);
  });
});

describe("the seed of an attempt", () => {
  it("is a whole number that JSON keeps, the same for the same token", async () => {
    const seed = await seedOf("token-1");
    expect(Number.isSafeInteger(seed)).toBe(true);
    expect(seed).toBeGreaterThanOrEqual(0);
    expect(await seedOf("token-1")).toBe(seed);
    expect(await seedOf("token-2")).not.toBe(seed);
  });
});

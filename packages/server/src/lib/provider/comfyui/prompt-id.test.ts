import { describe, expect, it } from "vitest";
import { promptIdOf, seedOf } from "./prompt-id.js";

describe("promptIdOf", () => {
  it("returns the same UUID for the same token, in lower case with hyphens", async () => {
    const id = await promptIdOf("token-1");
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    // A job of an earlier release is found by the same id.
    expect(id).toBe("5adb9f6a-f083-8314-a077-ea2b758d0334");
    expect(await promptIdOf("token-2")).not.toBe(id);
  });
});

describe("seedOf", () => {
  it("returns the same safe integer for the same token", async () => {
    const seed = await seedOf("token-1");
    expect(Number.isSafeInteger(seed)).toBe(true);
    expect(seed).toBeGreaterThanOrEqual(0);
    expect(seed).toBe(87_499_245_725_545);
    expect(await seedOf("token-2")).not.toBe(seed);
  });
});

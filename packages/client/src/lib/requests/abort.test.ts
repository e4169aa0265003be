import { describe, expect, it } from "vitest";
import { reasonOf } from "./abort.js";

describe("reasonOf", () => {
  it("returns the signal's reason, and an AbortError if the runtime keeps none", () => {
    const reason = new Error("the page was left");
    expect(reasonOf(AbortSignal.abort(reason))).toBe(reason);
    // As of React Native's AbortController.
    const old: AbortSignal = Object.create(AbortSignal.abort(), { reason: { value: undefined } });
    expect(reasonOf(old)).toMatchObject({ name: "AbortError" });
  });
});

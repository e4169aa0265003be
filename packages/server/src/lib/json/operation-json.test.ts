import { describe, expect, it } from "vitest";
import { maxJsonDepth } from "./find-json-fault.js";
import { maxOperationBytes, toOperation } from "./operation-json.js";

const nested = (depth: number): unknown => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);
const circle: { self?: unknown } = {};
circle.self = circle;

describe("toOperation", () => {
  it.each([null, 7, "job", { id: "a", urls: ["https://example.com"] }, "\ud800", "\0"])("takes %o", (operation) => {
    expect(toOperation(operation)).toEqual(operation);
  });

  it.each([undefined, () => {}, Symbol("job")])("returns null for %o", (operation) => {
    expect(toOperation(operation)).toBeNull();
  });

  it.each([circle, 1n])("returns undefined for %o, which is not JSON", (operation) => {
    expect(toOperation(operation)).toBeUndefined();
  });

  it("accepts nesting up to the limit and rejects one level or a million more", () => {
    expect(toOperation(nested(maxJsonDepth + 1))).toEqual(nested(maxJsonDepth + 1));
    expect(toOperation(nested(maxJsonDepth + 2))).toBeUndefined();
    expect(toOperation(nested(1_000_000))).toBeUndefined();
  });

  it("accepts the max size, counted as UTF-8 with its quotes, and rejects one byte more", () => {
    expect(toOperation("x".repeat(maxOperationBytes - 2))).toHaveLength(maxOperationBytes - 2);
    expect(toOperation("x".repeat(maxOperationBytes - 1))).toBeUndefined();
    expect(toOperation("é".repeat(maxOperationBytes / 2))).toBeUndefined();
  });
});

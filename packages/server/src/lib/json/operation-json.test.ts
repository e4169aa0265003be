import { describe, expect, it } from "vitest";
import { maxJsonDepth } from "./find-json-fault.js";
import { mostOperationBytes, toOperation } from "./operation-json.js";

const nested = (depth: number): unknown => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);
const circle: { self?: unknown } = {};
circle.self = circle;

describe("toOperation", () => {
  it.each([null, 7, "job", { id: "a", urls: ["https://example.com"] }, "\ud800", "\0"])("takes %o", (operation) => {
    expect(toOperation(operation)).toEqual(operation);
  });

  it.each([undefined, () => {}, Symbol("job")])("takes %o for nothing", (operation) => {
    expect(toOperation(operation)).toBeNull();
  });

  it.each([circle, 1n])("keeps no %o: it is no JSON", (operation) => {
    expect(toOperation(operation)).toBeUndefined();
  });

  it("takes what is nested to the limit, and neither a level nor a million more", () => {
    expect(toOperation(nested(maxJsonDepth + 1))).toEqual(nested(maxJsonDepth + 1));
    expect(toOperation(nested(maxJsonDepth + 2))).toBeUndefined();
    expect(toOperation(nested(1_000_000))).toBeUndefined();
  });

  it("takes what has the most bytes, counted as UTF-8 with its quotes, and not one more", () => {
    expect(toOperation("x".repeat(mostOperationBytes - 2))).toHaveLength(mostOperationBytes - 2);
    expect(toOperation("x".repeat(mostOperationBytes - 1))).toBeUndefined();
    expect(toOperation("é".repeat(mostOperationBytes / 2))).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { errorText } from "./error-text.js";

describe("errorText", () => {
  it("gives the stack of an error, and those of its causes", () => {
    const broken = new RangeError("my function broke");
    const text = errorText(new Error("run threw", { cause: broken }));
    expect(text).toMatch(/^Error: run threw\n {4}at .*error-text\.test\.ts/);
    expect(text).toMatch(/\ncaused by RangeError: my function broke\n {4}at .*error-text\.test\.ts/);
  });

  it("gives the cause of a request that failed at each address", () => {
    const refused = new AggregateError([new Error("connect ECONNREFUSED ::1:80"), new Error("never shown")]);
    const text = errorText(new TypeError("fetch failed", { cause: refused }));
    expect(text).toContain("caused by Error: connect ECONNREFUSED ::1:80");
    expect(text).not.toContain("never shown");
  });

  it("ends where errors are each other's causes", () => {
    const [one, other] = [new Error("one"), new Error("other")];
    one.cause = other;
    other.cause = one;
    expect(errorText(one).split("caused by")).toHaveLength(6);
  });

  it("gives nothing else that an error holds", () => {
    const error = Object.assign(new Error("no answer"), { request: { headers: { authorization: "the-key" } } });
    expect(errorText(error)).not.toContain("the-key");
  });

  it("shows a message that was changed later", () => {
    const error = new Error("before");
    error.message = "after";
    expect(errorText(error)).toContain("Error: after");
  });

  it.each([
    ["thrown text", "thrown text"],
    [null, "null"],
    [undefined, ""],
  ])("takes %j, which is no error", (thrown, text) => {
    expect(errorText(thrown)).toBe(text);
  });
});

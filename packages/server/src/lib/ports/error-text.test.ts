import { describe, expect, it } from "vitest";
import { errorLine, errorText } from "./error-text.js";

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

  it("gives the cause of an aggregate without errors", () => {
    expect(errorText(new AggregateError([], "all failed", { cause: "the network is down" }))).toContain(
      "caused by the network is down",
    );
  });

  it("cuts a long message, and keeps the frames of the stack", () => {
    const error = new Error("x".repeat(100_000));
    expect(errorLine(error)).toHaveLength(1_000);
    expect(errorText(error)).toMatch(/x…\n {4}at .*error-text\.test\.ts/);
    expect(errorText(error).length).toBeLessThan(4_001);
  });

  it("takes a cause of null for none", () => {
    expect(errorLine(new Error("no answer", { cause: null }))).toBe("Error: no answer");
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
    [undefined, "undefined"],
  ])("takes %j, which is no error", (thrown, text) => {
    expect(errorText(thrown)).toBe(text);
  });

  it("adds the code that a message lacks", () => {
    const expired = Object.assign(new Error("certificate has expired"), { code: "CERT_HAS_EXPIRED" });
    const text = errorText(new TypeError("fetch failed", { cause: expired }));
    expect(text).toContain("caused by Error: certificate has expired (CERT_HAS_EXPIRED)");
    const refused = Object.assign(new Error("connect ECONNREFUSED ::1:80"), { code: "ECONNREFUSED" });
    expect(errorText(refused)).not.toContain("(ECONNREFUSED)");
  });

  it.each([
    ["an object without a prototype", Object.create(null)],
    [
      "an object whose text throws",
      {
        toString() {
          throw new Error("no text");
        },
      },
    ],
    ["a symbol", Symbol("thrown")],
    [
      "an error whose fields throw",
      Object.defineProperties(new Error("hostile"), {
        stack: { get: raise },
        cause: { get: raise },
        code: { get: raise },
        message: { get: raise },
      }),
    ],
    ["a proxy whose traps throw", new Proxy(new Error("hostile"), { get: raise, getPrototypeOf: raise })],
    ["an error whose stack is no text", Object.assign(new Error("odd"), { stack: 7 })],
    ["an aggregate whose errors are no list", Object.assign(new AggregateError([]), { errors: null })],
  ])("never throws for %s", (_, thrown) => {
    expect(typeof errorText(thrown)).toBe("string");
    expect(typeof errorLine(thrown)).toBe("string");
  });
});

describe("errorLine", () => {
  it("gives the messages and codes of an error and its causes in one line", () => {
    const cause = Object.assign(new Error("unable to verify the first certificate"), {
      code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    });
    expect(errorLine(new TypeError("fetch failed", { cause }))).toBe(
      "TypeError: fetch failed, caused by Error: unable to verify the first certificate (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
    );
  });
});

function raise(): never {
  throw new Error("no field");
}

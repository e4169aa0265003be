import { describe, expect, it } from "vitest";
import { maxJsonDepth } from "../../json/find-json-fault.js";
import { checkJson } from "./check-json.js";

const nested = (depth: number): unknown => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);

describe("checkJson", () => {
  it.each(["null", "true", "0", "-1.5", '""', '"día 🙂"', "[]", "{}", '{"a":[{"b":null}]}', '{"constructor":1}'])(
    "takes %s",
    (text) => {
      expect(() => checkJson(JSON.parse(text))).not.toThrow();
    },
  );

  it.each<[unknown, unknown]>([
    [{ a: ["x", "\ud800"] }, ["a", 1]],
    [{ "\udc00": 1 }, ["\udc00"]],
    [{ a: { b: "\0" } }, ["a", "b"]],
    [[1, Number.POSITIVE_INFINITY], [1]],
    [JSON.parse('{"a":{"__proto__":{}}}'), ["a", "__proto__"]],
    [{ a: undefined }, ["a"]],
    [[() => 1], [0]],
    [{ n: 1n }, ["n"]],
    ["\0", []],
  ])("rejects %o with its path", (value, path) => {
    expect(() => checkJson(value)).toThrow(
      expect.objectContaining({
        code: "invalid_input",
        extensions: { issues: [{ message: expect.any(String), path }] },
      }),
    );
  });

  it("prepends the root to the path", () => {
    expect(() => checkJson({ a: "\0" }, ["metadata"])).toThrow(
      expect.objectContaining({ extensions: { issues: [expect.objectContaining({ path: ["metadata", "a"] })] } }),
    );
  });

  it("accepts the max nesting, rejects one level more, and survives a million levels", () => {
    expect(() => checkJson(nested(maxJsonDepth + 1))).not.toThrow();
    expect(() => checkJson(nested(maxJsonDepth + 2))).toThrow(/nested deeper/);
    expect(() => checkJson(nested(1_000_000))).toThrow(/nested deeper/);
  });
});

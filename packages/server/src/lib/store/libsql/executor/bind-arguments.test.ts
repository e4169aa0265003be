import { describe, expect, it } from "vitest";
import { namedArguments, placedArguments, toPlaces, UnboundArgument } from "./bind-arguments.js";

const sql = "UPDATE t SET a = :a, b = 'kept: :b', c = coalesce(:c, :a) WHERE d = ':a''s' AND c = :c";

describe("the names of a statement", () => {
  it("have one place each, however often they are said, and none in a literal", () => {
    expect(toPlaces(sql)).toEqual({
      sql: "UPDATE t SET a = ?1, b = 'kept: :b', c = coalesce(?2, ?1) WHERE d = ':a''s' AND c = ?2",
      names: ["a", "c"],
    });
  });

  it("take what they name from arguments that have more", () => {
    expect(placedArguments(toPlaces(sql).names, { c: null, b: "b", a: 1 })).toEqual([1, null]);
    expect(namedArguments(sql, { c: null, b: "b", a: 1 })).toEqual({ a: 1, c: null });
  });

  it("are missed where they are given nothing", () => {
    expect(() => placedArguments(["a"], {})).toThrow(UnboundArgument);
    expect(() => namedArguments(sql, { a: 1 })).toThrow(":c was not given a value");
  });
});

import { describe, expect, it } from "vitest";
import { namedArguments, numberParameters, positionalArguments, UnboundArgument } from "./bind-arguments.js";

const sql = "UPDATE t SET a = :a, b = 'kept: :b', c = coalesce(:c, :a) WHERE d = ':a''s' AND c = :c";

describe("named parameters of a statement", () => {
  it("are numbered once each, however often they occur, and ignored in literals", () => {
    expect(numberParameters(sql)).toEqual({
      sql: "UPDATE t SET a = ?1, b = 'kept: :b', c = coalesce(?2, ?1) WHERE d = ':a''s' AND c = ?2",
      names: ["a", "c"],
    });
  });

  it("select their values from arguments that have more", () => {
    expect(positionalArguments(numberParameters(sql).names, { c: null, b: "b", a: 1 })).toEqual([1, null]);
    expect(namedArguments(sql, { c: null, b: "b", a: 1 })).toEqual({ a: 1, c: null });
  });

  it("are reported if they have no value", () => {
    expect(() => positionalArguments(["a"], {})).toThrow(UnboundArgument);
    expect(() => namedArguments(sql, { a: 1 })).toThrow("Parameter :c has no value.");
  });
});

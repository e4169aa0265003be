import { expect, it } from "vitest";
import { compareKeys } from "./compare-keys.js";
import { copiedTables } from "./copied-tables.js";

const tableOf = (name: string) => {
  const table = copiedTables.find((each) => each.name === name);
  if (table === undefined) throw new Error(name);
  return table;
};

it("orders text by its bytes in UTF-8, as the databases do", () => {
  const keys = ["", "A", "a", "aa", "\u00e9", "\uffff", "\u{1f600}"].map((name) => [name]);
  expect(keys.toReversed().toSorted((left, right) => compareKeys(tableOf("owners"), [left, right]))).toEqual(keys);
});

it("orders integers by their value, also beyond the safe ones", () => {
  const keys = ["-9223372036854775808", "-10", "-9", "0", "9", "10", "9223372036854775806", "9223372036854775807"].map(
    (id) => [id],
  );
  expect(keys.toReversed().toSorted((left, right) => compareKeys(tableOf("outbox"), [left, right]))).toEqual(keys);
});

it("compares the columns of a key in order, and ignores the other values of a row", () => {
  const table = tableOf("attempts");
  expect(
    compareKeys(table, [
      ["a", "10", "x"],
      ["a", "9"],
    ]),
  ).toBe(1);
  expect(
    compareKeys(table, [
      ["a", "9"],
      ["b", "1"],
    ]),
  ).toBe(-1);
  expect(
    compareKeys(table, [
      ["a", "9", "x"],
      ["a", "9", "y"],
    ]),
  ).toBe(0);
});

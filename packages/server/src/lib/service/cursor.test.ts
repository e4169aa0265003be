import { describe, expect, it } from "vitest";
import { parseCreditsCursor, parseHistoryCursor, toCreditsCursor, toHistoryCursor } from "./cursor.js";

const id = "gen_01900000-0000-7000-8000-00000000ffff";

describe("cursors", () => {
  it("come back as the place that they stand for, and are fit for a query", () => {
    expect(parseHistoryCursor(toHistoryCursor(id))).toBe(id);
    expect(parseCreditsCursor(toCreditsCursor(42))).toBe(42);
    expect(toHistoryCursor(id)).toMatch(/^[\w-]+$/);
  });

  it.each([
    "",
    "x",
    "%",
    id,
    toCreditsCursor(42),
    toHistoryCursor("gen_1"),
    toHistoryCursor(`${id}' OR 1=1`),
    `${toHistoryCursor(id)}=`,
    "A".repeat(129),
  ])("of the history refuse %j", (cursor) => {
    expect(() => parseHistoryCursor(cursor)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  it.each([toHistoryCursor(id), toCreditsCursor(-1), toCreditsCursor(1.5), toCreditsCursor(1e20)])(
    "of the ledger refuse %j",
    (cursor) => {
      expect(() => parseCreditsCursor(cursor)).toThrow(expect.objectContaining({ code: "invalid_input" }));
    },
  );
});

import { describe, expect, it } from "vitest";
import { createEntryIds } from "../../signing/entry-ids.js";
import { parseCreditsCursor, parseHistoryCursor, toCreditsCursor, toHistoryCursor } from "./cursor.js";

const entryIds = createEntryIds(async () => "000102030405060708090a0b0c0d0e0f");
const id = "gen_01900000-0000-7000-8000-00000000ffff";

describe("cursors", () => {
  it("decode to their row and are URL-safe", async () => {
    expect(parseHistoryCursor(toHistoryCursor(id))).toBe(id);
    expect(await parseCreditsCursor(toCreditsCursor(await entryIds.encode(42)), entryIds)).toBe(42);
    expect(toHistoryCursor(id)).toMatch(/^[\w-]+$/);
  });

  it.each([
    "",
    "x",
    "%",
    id,
    toCreditsCursor("led_42"),
    toHistoryCursor("gen_1"),
    toHistoryCursor(`${id}' OR 1=1`),
    `${toHistoryCursor(id)}=`,
    "A".repeat(129),
  ])("of the history reject %j", (cursor) => {
    expect(() => parseHistoryCursor(cursor)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  it.each([toHistoryCursor(id), toCreditsCursor("42"), toCreditsCursor("led_42"), "x"])(
    "of the ledger reject %j",
    async (cursor) => {
      await expect(parseCreditsCursor(cursor, entryIds)).rejects.toMatchObject({ code: "invalid_input" });
    },
  );
});

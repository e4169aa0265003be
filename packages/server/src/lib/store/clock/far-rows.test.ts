import { describe, expect, it } from "vitest";
import { FarRows } from "./far-rows.js";

const row = { id: "gen_1", due_at: 1_900_000_000_000, leased: 0 };

describe("FarRows.isDue", () => {
  it("allows the first page, and the next one a second after a page without rows", () => {
    const far = new FarRows();
    expect(far.isDue(5_000)).toBe(true);
    expect(far.take({ rows: [], until: 1_800_000_000_000, isPage: true }, 5_000)).toEqual([]);
    expect([far.isDue(5_000), far.isDue(5_999), far.isDue(6_000)]).toEqual([false, false, true]);
    expect(far.before).toBe(1_800_000_000_000);
  });

  it("allows the next page at once after a page with rows", () => {
    const far = new FarRows();
    far.take({ rows: [], until: null, isPage: true }, 5_000);
    expect(far.take({ rows: [row], until: null, isPage: true }, 6_000)).toEqual([row]);
    expect(far.isDue(6_000)).toBe(true);
  });

  it("is not changed by the read of one generation", () => {
    const far = new FarRows();
    far.take({ rows: [], until: null, isPage: false }, 5_000);
    expect(far.isDue(5_000)).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { hasMoved, mayWait, placeIn, placesIn, type QueuedRecord } from "./waiting-places.js";

const rowsOf = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `gen_${index}`, rank: index }));
const record = (change: Partial<QueuedRecord> = {}): QueuedRecord => ({
  ...{ id: "gen_new", createdAt: 5_000, dueAt: 5_000, gate: "fal", rank: 1_000, state: "queued" },
  ...change,
});

describe("placesIn", () => {
  it("keeps the time of a position until it changes", () => {
    const first = placesIn({ now: 1_000, waiting: rowsOf(3) }, null);
    const same = placesIn({ now: 2_000, waiting: rowsOf(3) }, first);
    expect(placeIn(same, record({ id: "gen_2" }))).toEqual({ position: 2, since: 1_000 });
    expect(hasMoved(first, same)).toBe(false);
    const moved = placesIn({ now: 3_000, waiting: rowsOf(3).slice(1) }, same);
    expect(placeIn(moved, record({ id: "gen_2" }))).toEqual({ position: 1, since: 3_000 });
    expect(hasMoved(same, moved)).toBe(true);
    expect(hasMoved(null, same)).toBe(true);
  });
});

describe("placeIn", () => {
  it("is exact to 100, then 100+", () => {
    const list = placesIn({ now: 1_000, waiting: rowsOf(101) }, null);
    expect(placeIn(list, record({ id: "gen_100" }))?.position).toBe(100);
    expect(placeIn(list, record())).toEqual({ position: "100+", since: 1_000 });
    const again = placesIn({ now: 2_000, waiting: rowsOf(101) }, list);
    expect(placeIn(again, record())).toEqual({ position: "100+", since: 1_000 });
  });

  it("counts by rank for a generation that was submitted after the read, and knows no place of one that has left", () => {
    const list = placesIn({ now: 4_000, waiting: rowsOf(3) }, null);
    expect(placeIn(list, record({ rank: 1.5 }))).toEqual({ position: 2, since: 4_000 });
    expect(placeIn(list, record({ createdAt: 3_999 }))).toBeNull();
  });
});

describe("mayWait", () => {
  it.each([
    ["a due one", {}, true],
    ["one whose clock is ahead of this process", { createdAt: 9_000, dueAt: 9_000 }, true],
    ["a retry that is due", { state: "retry_wait" }, true],
    ["one that a worker holds", { dueAt: 35_000 }, false],
    ["a scheduled one", { dueAt: 60_000 }, false],
    ["one that a provider has", { state: "running" }, false],
    ["one that has ended", { state: "completed", dueAt: null }, false],
  ] as const)("of %s", (_, change, waits) => {
    expect(mayWait(record(change), 5_000)).toBe(waits);
  });
});

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
  it("returns the exact position up to 100, and 100+ beyond", () => {
    const list = placesIn({ now: 1_000, waiting: rowsOf(101) }, null);
    expect(placeIn(list, record({ id: "gen_100" }))?.position).toBe(100);
    expect(placeIn(list, record())).toEqual({ position: "100+", since: 1_000 });
    const again = placesIn({ now: 2_000, waiting: rowsOf(101) }, list);
    expect(placeIn(again, record())).toEqual({ position: "100+", since: 1_000 });
  });

  it("places a generation submitted after the read by its rank, and returns null for one that has left", () => {
    const list = placesIn({ now: 4_000, waiting: rowsOf(3) }, null);
    expect(placeIn(list, record({ rank: 1.5 }))).toEqual({ position: 2, since: 4_000 });
    expect(placeIn(list, record({ createdAt: 3_999 }))).toBeNull();
  });
});

describe("mayWait", () => {
  it.each([
    [true, "a due generation", {}],
    [true, "a generation of a database whose clock is ahead", { createdAt: 9_000, dueAt: 9_000 }],
    [true, "a due retry", { state: "retry_wait" }],
    [false, "a claimed generation", { dueAt: 35_000 }],
    [false, "a scheduled generation", { dueAt: 60_000 }],
    [false, "a generation at a provider", { state: "running" }],
    [false, "an ended generation", { state: "completed", dueAt: null }],
  ] as const)("is %s for %s", (waits, _, change) => {
    expect(mayWait(record(change), 5_000)).toBe(waits);
  });
});

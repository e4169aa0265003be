import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { maxWatchesPerOwner } from "./owner-watch.js";
import { createPolledOwnerWatch } from "./polled-owner-watch.js";

/** A watch with a store that the test controls. */
function subject({ maxWatches = 1_000 } = {}) {
  const clock = fakeClock();
  const closing = new AbortController();
  const sequences = new Map<string, number>();
  const history = { timeline: "first" };
  const notified: string[] = [];
  const queries: string[] = [];
  const database = { isDown: false };
  const ownerWatch = createPolledOwnerWatch({
    clock,
    closing: closing.signal,
    maxWatches,
    store: {
      sequencesOf: async (ownerIds) => {
        queries.push(...ownerIds);
        if (database.isDown) throw new Error("down");
        const found = [...sequences].filter(([ownerId]) => ownerIds.includes(ownerId));
        return { sequences: new Map(found), timeline: history.timeline };
      },
    },
  });
  const watch = (ownerId: string) =>
    ownerWatch.watch({ ownerId, accountId: ownerId }, () => {
      notified.push(ownerId);
    });
  return { clock, closing, database, history, notified, queries, sequences, watch, isFull: ownerWatch.isFull };
}

describe("createPolledOwnerWatch", () => {
  it("notifies of a change within a second, by the timer of each watch, and not of another owner's", async () => {
    const scene = subject();
    scene.watch("ann");
    scene.watch("bob");
    await scene.clock.advance(1_000);
    scene.notified.length = 0;
    scene.sequences.set("ann", 1);
    await scene.clock.advance(1_000);
    expect(scene.notified).toEqual(["ann"]);
    await scene.clock.advance(5_000);
    expect(scene.notified).toEqual(["ann"]);
  });

  it("polls at most eleven times in the 25 seconds of a quiet long poll, and each second again after a change", async () => {
    const scene = subject();
    scene.watch("ann");
    await scene.clock.advance(25_000);
    expect(scene.queries.length).toBeLessThanOrEqual(11);
    scene.sequences.set("ann", 1);
    await scene.clock.advance(3_000);
    expect(scene.notified).toEqual(["ann", "ann"]);
    scene.sequences.set("ann", 2);
    await scene.clock.advance(1_000);
    expect(scene.notified).toEqual(["ann", "ann", "ann"]);
  });

  it("notifies once when a new timeline started", async () => {
    const scene = subject();
    scene.watch("ann");
    await scene.clock.advance(1_000);
    scene.notified.length = 0;
    scene.history.timeline = "second";
    await scene.clock.advance(3_000);
    expect(scene.notified).toEqual(["ann"]);
  });

  it("leaves no timer behind, also if the store responds after the watch was stopped", async () => {
    const scene = subject();
    const stop = scene.watch("ann");
    const advanced = scene.clock.advance(1_000);
    stop?.();
    await advanced;
    expect(scene.clock.pending()).toEqual([]);
    expect(scene.notified).toEqual([]);
  });

  it("notifies at once when the server closes, and not after the watch was stopped", () => {
    const scene = subject();
    scene.watch("ann");
    const stop = scene.watch("bob");
    stop?.();
    scene.closing.abort();
    expect(scene.notified).toEqual(["ann"]);
  });

  it("notifies at each poll while the store is down", async () => {
    const scene = subject();
    scene.watch("ann");
    scene.database.isDown = true;
    await scene.clock.advance(2_000);
    expect(scene.notified).toEqual(["ann", "ann"]);
  });

  it("limits the watches of one owner and of all owners together", () => {
    const scene = subject({ maxWatches: maxWatchesPerOwner + 1 });
    const stops = Array.from({ length: maxWatchesPerOwner }, () => scene.watch("ann"));
    expect(scene.watch("ann")).toBeNull();
    expect(scene.isFull()).toBe(false);
    expect(scene.watch("bob")).not.toBeNull();
    expect(scene.isFull()).toBe(true);
    stops[0]?.();
    expect(scene.watch("ann")).not.toBeNull();
  });

  it("does not count watches whose request the runtime ended: their timers are gone", () => {
    const scene = subject({ maxWatches: 1 });
    scene.watch("ann");
    expect(scene.isFull()).toBe(true);
    scene.clock.skip(30_001);
    expect(scene.isFull()).toBe(false);
  });

  it("does not count stale watches after the clock was set back", () => {
    const scene = subject({ maxWatches: 1 });
    scene.watch("ann");
    scene.clock.skip(-86_400_000);
    expect(scene.isFull()).toBe(false);
  });
});

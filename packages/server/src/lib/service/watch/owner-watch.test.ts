import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { createOwnerWatch, maxWatchesPerOwner } from "./owner-watch.js";

/** A watch with a store and an event bus that the test controls. */
function subject({ maxWatches = 1_000, hasHealth = false } = {}) {
  const clock = fakeClock();
  const closing = new AbortController();
  const hints = new Set<(hinted: string | null) => void>();
  const health = new Set<(isHealthy: boolean) => void>();
  const losses = new Set<() => void>();
  const commits = new Set<() => void>();
  const queries: (readonly string[])[] = [];
  const sequences = new Map<string, number>();
  const history = { timeline: "first" };
  const notified: string[] = [];
  let isDown = false;
  let duringLook = (): void => undefined;
  const { watch, changeCounter, isFull } = createOwnerWatch({
    clock,
    maxWatches,
    random: () => 0.5,
    closing: closing.signal,
    eventBus: {
      hint: () => undefined,
      onHint: (id, listener) => {
        const own = (hinted: string | null): void => (hinted === null || hinted === id ? listener() : undefined);
        hints.add(own);
        return () => hints.delete(own);
      },
      ...(hasHealth && {
        onHealth: (listener: (isHealthy: boolean) => void) => {
          health.add(listener);
          return () => health.delete(listener);
        },
        onLostHints: (listener: () => void) => {
          losses.add(listener);
          return () => losses.delete(listener);
        },
      }),
    },
    store: {
      onForeignCommit: (listener) => {
        commits.add(listener);
        return () => commits.delete(listener);
      },
      sequencesOf: async (ownerIds) => {
        queries.push(ownerIds);
        duringLook();
        if (isDown) throw new Error("down");
        const found = [...sequences].filter(([ownerId]) => ownerIds.includes(ownerId));
        return { sequences: new Map(found), timeline: history.timeline };
      },
    },
  });
  return {
    clock,
    closing,
    notified,
    queries,
    sequences,
    history,
    isFull,
    changeCounter,
    watch: (ownerId: string, name = ownerId, accountId = ownerId) =>
      watch({ ownerId, accountId }, () => notified.push(name)),
    /** Watches as a request that has all changes up to a sequence. */
    watchAt: (ownerId: string, position: { readonly sequence: number; readonly timeline: string }) => {
      const isCurrent = (latest: typeof position) =>
        latest.sequence === position.sequence && latest.timeline === position.timeline;
      return watch({ ownerId, accountId: ownerId, isCurrent }, () => notified.push(ownerId));
    },
    loseHints: () => {
      for (const listener of losses) listener();
    },
    setHealth: (isHealthy: boolean) => {
      for (const listener of health) listener(isHealthy);
    },
    ears: () =>
      hints.size +
      health.size +
      losses.size +
      commits.size +
      getEventListeners(closing.signal, "abort").length +
      clock.pending().length,
    hint: (ownerId: string | null) => {
      for (const listener of hints) listener(ownerId);
    },
    commit: () => {
      for (const listener of commits) listener();
    },
    /** Another process commits, and the watch checks the sequences. */
    commitAndLook: async () => {
      for (const listener of commits) listener();
      await clock.advance(50);
    },
    onceDuringLook: (act: () => void) => {
      duringLook = () => {
        duringLook = () => undefined;
        act();
      };
    },
    goDown: () => {
      isDown = true;
    },
  };
}

describe("createOwnerWatch", () => {
  it("notifies the watches of a hint's owner or account, or all watches if the bus calls all listeners", () => {
    const scene = subject();
    scene.watch("ann");
    scene.watch("ann", "ann again");
    scene.watch("bob");
    scene.hint("ann");
    scene.hint("eve");
    expect(scene.notified).toEqual(["ann", "ann again"]);
    scene.hint(null);
    expect(scene.notified).toEqual(["ann", "ann again", "ann", "ann again", "bob"]);
    scene.watch("cat", "of the team", "team")?.();
    scene.watch("dan", "of the team", "team");
    scene.notified.length = 0;
    scene.hint("team");
    expect(scene.notified).toEqual(["of the team"]);
  });

  it("notifies all watches when the server closes", () => {
    const scene = subject();
    for (const owner of ["ann", "bob"]) scene.watch(owner);
    scene.watch("eve")?.();
    scene.closing.abort();
    expect(scene.notified).toEqual(["ann", "bob"]);
  });

  it("checks all watched owners once after a burst of foreign commits", async () => {
    const scene = subject();
    for (const owner of ["ann", "bob", "ann"]) scene.watch(owner);
    for (let commit = 0; commit < 100; commit += 1) scene.commit();
    await scene.clock.advance(49);
    expect(scene.queries).toEqual([]);
    await scene.clock.advance(1);
    expect(scene.queries).toEqual([["ann", "bob"]]);
  });

  it("notifies only owners whose sequence changed since the last check", async () => {
    const scene = subject();
    scene.sequences.set("ann", 5);
    scene.watch("ann");
    scene.watch("bob");
    await scene.commitAndLook();
    // The first check has nothing to compare with.
    expect(scene.notified.splice(0)).toEqual(["ann", "bob"]);
    await scene.commitAndLook();
    expect(scene.notified).toEqual([]);
    scene.sequences.set("bob", 1);
    await scene.commitAndLook();
    expect(scene.notified).toEqual(["bob"]);
  });

  it("notifies all watched owners when a new timeline started", async () => {
    const scene = subject();
    scene.watch("ann");
    scene.watch("bob");
    await scene.commitAndLook();
    scene.notified.length = 0;
    scene.history.timeline = "second";
    await scene.commitAndLook();
    expect(scene.notified.splice(0)).toEqual(["ann", "bob"]);
    await scene.commitAndLook();
    expect(scene.notified).toEqual([]);
  });

  it("notifies all watched owners when the check fails", async () => {
    const scene = subject();
    scene.watch("ann");
    await scene.commitAndLook();
    scene.notified.length = 0;
    scene.goDown();
    await scene.commitAndLook();
    expect(scene.notified).toEqual(["ann"]);
  });

  it("checks again after a commit during a check", async () => {
    const scene = subject();
    scene.watch("ann");
    scene.onceDuringLook(scene.commit);
    await scene.commitAndLook();
    expect(scene.queries).toHaveLength(1);
    await scene.clock.advance(50);
    expect(scene.queries).toHaveLength(2);
  });

  it("checks every 30 seconds while the event bus is healthy, and 50 ms after its health changed", async () => {
    const scene = subject({ hasHealth: true });
    scene.watch("ann");
    scene.setHealth(true);
    await scene.clock.advance(50);
    expect(scene.queries).toHaveLength(1);
    for (let second = 0; second < 30; second += 1) {
      scene.commit();
      await scene.clock.advance(second === 29 ? 999 : 1_000);
    }
    expect(scene.queries).toHaveLength(1);
    await scene.clock.advance(1);
    expect(scene.queries).toHaveLength(2);
    scene.commit();
    scene.setHealth(false);
    await scene.clock.advance(50);
    expect(scene.queries).toHaveLength(3);
    await scene.commitAndLook();
    expect(scene.queries).toHaveLength(4);
    scene.setHealth(true);
    await scene.clock.advance(50);
    expect(scene.queries).toHaveLength(5);
  });

  it("compares all owners by one query after hints were lost, and notifies those with changes", async () => {
    const scene = subject({ hasHealth: true });
    scene.setHealth(true);
    for (let owner = 0; owner < 1_000; owner += 1) {
      scene.sequences.set(`owner-${owner}`, 3);
      scene.watchAt(`owner-${owner}`, { sequence: 3, timeline: "first" });
    }
    await scene.clock.advance(50);
    const [queries, counter] = [scene.queries.length, scene.changeCounter()];
    scene.sequences.set("owner-7", 4);
    for (let message = 0; message < 100; message += 1) scene.loseHints();
    expect(scene.notified).toEqual([]);
    await scene.clock.advance(1_000);
    expect(scene.queries).toHaveLength(queries + 1);
    expect(scene.notified).toEqual(["owner-7"]);
    // Streams do not read again at their next heartbeat.
    expect(scene.changeCounter()).toBe(counter);
  });

  it("notifies a request with all changes if another timeline started", async () => {
    const scene = subject();
    scene.sequences.set("ann", 3);
    scene.watchAt("ann", { sequence: 3, timeline: "first" });
    await scene.commitAndLook();
    expect(scene.notified).toEqual([]);
    scene.history.timeline = "second";
    await scene.commitAndLook();
    expect(scene.notified).toEqual(["ann"]);
  });

  it("subscribes to commits once for all watches, and unsubscribes after the last", async () => {
    const scene = subject({ hasHealth: true });
    expect(scene.ears()).toBe(0);
    const stops = ["ann", "ann", "bob"].map((owner) => scene.watch(owner));
    // Three hints, the commits, the health, lost hints and the closing server.
    expect(scene.ears()).toBe(7);
    scene.commit();
    scene.loseHints();
    expect(scene.ears()).toBe(9);
    for (const stop of [...stops, ...stops]) stop?.();
    expect(scene.ears()).toBe(0);
    scene.watch("ann");
    scene.hint("ann");
    expect(scene.notified).toEqual(["ann"]);
  });

  it("stops one watch and keeps the others of the same owner", () => {
    const scene = subject();
    const stop = scene.watch("ann", "first");
    scene.watch("ann", "second");
    stop?.();
    stop?.();
    scene.hint("ann");
    expect(scene.notified).toEqual(["second"]);
  });

  it("limits the watches of one owner", () => {
    const scene = subject();
    const stops = Array.from({ length: maxWatchesPerOwner }, () => scene.watch("ann"));
    expect(stops).not.toContain(null);
    expect(scene.watch("ann")).toBeNull();
    expect(scene.watch("bob")).not.toBeNull();
    stops[0]?.();
    expect(scene.watch("ann")).not.toBeNull();
    expect(scene.watch("ann")).toBeNull();
    expect(scene.isFull()).toBe(false);
  });

  it("limits the watches of all owners together", () => {
    const scene = subject({ maxWatches: 3 });
    const stops = ["ann", "bob", "bob"].map((owner) => scene.watch(owner));
    expect(scene.isFull()).toBe(true);
    for (const owner of ["ann", "bob", "eve"]) expect(scene.watch(owner)).toBeNull();
    // Stopping a watch twice frees one slot.
    for (const stop of [stops[1], stops[1]]) stop?.();
    expect(scene.isFull()).toBe(false);
    expect(scene.watch("eve")).not.toBeNull();
    expect(scene.watch("bob")).toBeNull();
    for (const stop of stops) stop?.();
    expect(["ann", "bob"].map((owner) => scene.watch(owner))).not.toContain(null);
    expect(scene.isFull()).toBe(true);
  });
});

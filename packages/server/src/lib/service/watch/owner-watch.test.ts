import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../testing/fakes/fake-clock.js";
import { createOwnerWatch, maxWatchesPerOwner } from "./owner-watch.js";

/** A watch whose store and bus are in the hands of the test. */
function subject({ maxWatches = 1_000 } = {}) {
  const clock = fakeClock();
  const closing = new AbortController();
  const hints = new Set<(ownerId: string | null) => void>();
  const commits = new Set<() => void>();
  const asked: (readonly string[])[] = [];
  const sequences = new Map<string, number>();
  const told: string[] = [];
  let isDown = false;
  let duringLook = (): void => undefined;
  const { watch, isFull } = createOwnerWatch({
    clock,
    maxWatches,
    closing: closing.signal,
    eventBus: {
      hint: () => undefined,
      onHint: (listener) => {
        hints.add(listener);
        return () => hints.delete(listener);
      },
    },
    store: {
      onForeignCommit: (listener) => {
        commits.add(listener);
        return () => commits.delete(listener);
      },
      sequencesOf: async (ownerIds) => {
        asked.push(ownerIds);
        duringLook();
        if (isDown) throw new Error("down");
        return new Map([...sequences].filter(([ownerId]) => ownerIds.includes(ownerId)));
      },
    },
  });
  return {
    clock,
    closing,
    told,
    asked,
    sequences,
    isFull,
    watch: (ownerId: string, name = ownerId) => watch({ ownerId, accountId: ownerId }, () => told.push(name)),
    ears: () => hints.size + commits.size + getEventListeners(closing.signal, "abort").length + clock.pending().length,
    hint: (ownerId: string | null) => {
      for (const listener of hints) listener(ownerId);
    },
    commit: () => {
      for (const listener of commits) listener();
    },
    /** Another process commits, and the watch has had time to look. */
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
  it("tells those who watch the owner of a hint, or everybody where the hint names none", () => {
    const scene = subject();
    scene.watch("ann");
    scene.watch("ann", "ann again");
    scene.watch("bob");
    scene.hint("ann");
    scene.hint("eve");
    expect(scene.told).toEqual(["ann", "ann again"]);
    scene.hint(null);
    expect(scene.told).toEqual(["ann", "ann again", "ann", "ann again", "bob"]);
  });

  it("tells everybody when the server closes", () => {
    const scene = subject();
    for (const owner of ["ann", "bob"]) scene.watch(owner);
    scene.watch("eve")?.();
    scene.closing.abort();
    expect(scene.told).toEqual(["ann", "bob"]);
  });

  it("looks once after a crowd of foreign commits, at all who are watched", async () => {
    const scene = subject();
    for (const owner of ["ann", "bob", "ann"]) scene.watch(owner);
    for (let commit = 0; commit < 100; commit += 1) scene.commit();
    await scene.clock.advance(49);
    expect(scene.asked).toEqual([]);
    await scene.clock.advance(1);
    expect(scene.asked).toEqual([["ann", "bob"]]);
  });

  it("tells of foreign commits only those whose sequence has moved since the last look", async () => {
    const scene = subject();
    scene.sequences.set("ann", 5);
    scene.watch("ann");
    scene.watch("bob");
    await scene.commitAndLook();
    // Where they were before is not known.
    expect(scene.told.splice(0)).toEqual(["ann", "bob"]);
    await scene.commitAndLook();
    expect(scene.told).toEqual([]);
    scene.sequences.set("bob", 1);
    await scene.commitAndLook();
    expect(scene.told).toEqual(["bob"]);
  });

  it("lets everybody look for themselves when the look fails", async () => {
    const scene = subject();
    scene.watch("ann");
    await scene.commitAndLook();
    scene.told.length = 0;
    scene.goDown();
    await scene.commitAndLook();
    expect(scene.told).toEqual(["ann"]);
  });

  it("looks again for a commit that comes while it looks", async () => {
    const scene = subject();
    scene.watch("ann");
    scene.onceDuringLook(scene.commit);
    await scene.commitAndLook();
    expect(scene.asked).toHaveLength(1);
    await scene.clock.advance(50);
    expect(scene.asked).toHaveLength(2);
  });

  it("listens once for all, and with none when nobody is watched", async () => {
    const scene = subject();
    expect(scene.ears()).toBe(0);
    const stops = ["ann", "ann", "bob"].map((owner) => scene.watch(owner));
    expect(scene.ears()).toBe(3);
    scene.commit();
    expect(scene.ears()).toBe(4);
    for (const stop of [...stops, ...stops]) stop?.();
    expect(scene.ears()).toBe(0);
    scene.watch("ann");
    scene.hint("ann");
    expect(scene.told).toEqual(["ann"]);
  });

  it("forgets one watch, and keeps the others of the same owner", () => {
    const scene = subject();
    const stop = scene.watch("ann", "first");
    scene.watch("ann", "second");
    stop?.();
    stop?.();
    scene.hint("ann");
    expect(scene.told).toEqual(["second"]);
  });

  it("lets an owner watch in many places, but not in all there are", () => {
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

  it("lets only so many watch at once, whoever they are", () => {
    const scene = subject({ maxWatches: 3 });
    const stops = ["ann", "bob", "bob"].map((owner) => scene.watch(owner));
    expect(scene.isFull()).toBe(true);
    for (const owner of ["ann", "bob", "eve"]) expect(scene.watch(owner)).toBeNull();
    // Whoever stops twice makes room once.
    for (const stop of [stops[1], stops[1]]) stop?.();
    expect(scene.isFull()).toBe(false);
    expect(scene.watch("eve")).not.toBeNull();
    expect(scene.watch("bob")).toBeNull();
    for (const stop of stops) stop?.();
    expect(["ann", "bob"].map((owner) => scene.watch(owner))).not.toContain(null);
    expect(scene.isFull()).toBe(true);
  });
});

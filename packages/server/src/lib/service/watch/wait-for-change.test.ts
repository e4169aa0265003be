import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { createOwnerWatch, maxWatchesPerOwner } from "./owner-watch.js";
import { type WaitOptions, waitForChange } from "./wait-for-change.js";

/** Counts every subscription and timer of a wait. */
function subject() {
  const clock = fakeClock();
  const hints = new Set<(hinted: string) => void>();
  const controllers = { closing: new AbortController(), request: new AbortController() };
  const closing = controllers.closing.signal;
  const eventBus = {
    hint: () => {},
    onHint: (ownerId: string, listener: () => void) => {
      const own = (hinted: string): void => (hinted === ownerId ? listener() : undefined);
      hints.add(own);
      return () => hints.delete(own);
    },
  };
  const store = {
    onForeignCommit: () => () => {},
    sequencesOf: async () => ({ sequences: new Map<string, number>(), timeline: "" }),
  };
  const ownerWatch = createOwnerWatch({ clock, eventBus, store, closing, random: () => 0.5, maxWatches: 1_000 });
  let result: string | null = null;
  let reads = 0;
  return {
    clock,
    ...controllers,
    reads: () => reads,
    listeners: () => {
      const signals = Object.values(controllers).flatMap(({ signal }) => getEventListeners(signal, "abort"));
      return hints.size + signals.length + clock.pending().length;
    },
    hint: (hinted: string) => {
      for (const listener of hints) listener(hinted);
    },
    watchElsewhere: () => ownerWatch.watch({ ownerId: "ann", accountId: "ann" }, () => {}),
    change: (to: string) => {
      result = to;
    },
    wait: (options: Partial<WaitOptions<string>> = {}) =>
      waitForChange(
        { clock, ownerWatch, closing },
        {
          ownerId: "ann",
          waitMs: 10_000,
          signal: controllers.request.signal,
          read: async () => {
            reads += 1;
            return result;
          },
          ...options,
        },
      ),
  };
}

describe("waitForChange", () => {
  it("returns a result that exists at once", async () => {
    const scene = subject();
    scene.change("new");
    expect(await scene.wait()).toBe("new");
    expect(scene.listeners()).toBe(0);
  });

  it("reads once and subscribes to nothing with waitMs 0", async () => {
    const scene = subject();
    expect(await scene.wait({ waitMs: 0 })).toBeNull();
    expect(scene.reads()).toBe(1);
    expect(scene.listeners()).toBe(0);
  });

  it("reads again on a hint of its owner", async () => {
    const scene = subject();
    const waiting = scene.wait();
    await scene.clock.advance(1_000);
    scene.change("new");
    scene.hint("ann");
    expect(await waiting).toBe("new");
    expect(scene.listeners()).toBe(0);
  });

  it("keeps waiting on a hint of another owner", async () => {
    const scene = subject();
    const waiting = scene.wait();
    await scene.clock.advance(1_000);
    scene.hint("bob");
    await scene.clock.advance(1_000);
    expect(scene.reads()).toBe(1);
    scene.request.abort();
    await waiting;
  });

  it("misses no change during a read", async () => {
    const scene = subject();
    let first = true;
    const result = await scene.wait({
      read: async () => {
        if (!first) return "new";
        first = false;
        // A stale result, followed by a hint.
        scene.hint("ann");
        return null;
      },
    });
    expect(result).toBe("new");
  });

  it("reads once more at the timeout, in case a hint was lost", async () => {
    const scene = subject();
    const waiting = scene.wait();
    await scene.clock.advance(9_999);
    scene.change("new");
    await scene.clock.advance(1);
    expect(await waiting).toBe("new");
    expect(scene.listeners()).toBe(0);
  });

  it("returns null at the timeout without a change, after two reads", async () => {
    const scene = subject();
    const waiting = scene.wait();
    await scene.clock.advance(10_000);
    expect(await waiting).toBeNull();
    expect(scene.reads()).toBe(2);
    expect(scene.listeners()).toBe(0);
  });

  it("reads once if the owner has too many watches", async () => {
    const scene = subject();
    const stops = Array.from({ length: maxWatchesPerOwner }, scene.watchElsewhere);
    expect(await scene.wait()).toBeNull();
    expect(scene.reads()).toBe(1);
    for (const stop of stops) stop?.();
    expect(scene.listeners()).toBe(0);
  });

  it.each(["request", "closing"] as const)("ends when the %s aborts, and releases everything", async (which) => {
    const scene = subject();
    const waits = Array.from({ length: 50 }, (_, owner) => scene.wait({ ownerId: String(owner) }));
    await scene.clock.advance(1_000);
    // A timer, a signal listener and a hint's listener each; one listener of the closing server.
    expect(scene.listeners()).toBe(151);
    scene[which].abort();
    expect(await Promise.all(waits)).toEqual(Array.from({ length: 50 }, () => null));
    expect(scene.listeners()).toBe(0);
    expect(scene.reads()).toBe(50);
  });

  it("does not wait for a request that was aborted before", async () => {
    const scene = subject();
    scene.request.abort();
    expect(await scene.wait()).toBeNull();
    expect(scene.listeners()).toBe(0);
  });

  it("releases everything when a read fails", async () => {
    const scene = subject();
    await expect(scene.wait({ read: () => Promise.reject(new Error("gone")) })).rejects.toThrow("gone");
    expect(scene.listeners()).toBe(0);
  });
});

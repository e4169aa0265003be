import { describe, expect, it } from "vitest";
import { fakeClock } from "../testing/fake-clock.js";
import { type WaitOptions, waitForChange } from "./wait-for-change.js";

/** Everything that a wait listens to, counted. */
function subject() {
  const clock = fakeClock();
  const hints = new Set<(ownerId: string | null) => void>();
  const commits = new Set<() => void>();
  const closing = new AbortController();
  const request = new AbortController();
  let answer: string | null = null;
  let reads = 0;
  const context = {
    clock,
    closing: closing.signal,
    eventBus: {
      hint: () => undefined,
      onHint: (listener: (ownerId: string | null) => void) => {
        hints.add(listener);
        return () => hints.delete(listener);
      },
    },
    store: {
      onForeignCommit: (listener: () => void) => {
        commits.add(listener);
        return () => commits.delete(listener);
      },
    },
  };
  return {
    clock,
    closing,
    request,
    reads: () => reads,
    listeners: () => hints.size + commits.size + clock.pending().length,
    hint: (ownerId: string | null) => {
      for (const listener of hints) listener(ownerId);
    },
    commit: () => {
      for (const listener of commits) listener();
    },
    change: (to: string) => {
      answer = to;
    },
    wait: (options: Partial<WaitOptions<string>> = {}) =>
      // The wait uses no more of the store than its notices of foreign commits.
      waitForChange(context as unknown as Parameters<typeof waitForChange>[0], {
        ownerId: "ann",
        waitMs: 10_000,
        signal: request.signal,
        read: async () => {
          reads += 1;
          return answer;
        },
        ...options,
      }),
  };
}

describe("waitForChange", () => {
  it("answers at once what is there", async () => {
    const scene = subject();
    scene.change("new");
    expect(await scene.wait()).toBe("new");
    expect(scene.listeners()).toBe(0);
  });

  it("reads once, and listens to nothing, where there is nothing to wait for", async () => {
    const scene = subject();
    expect(await scene.wait({ waitMs: 0 })).toBeNull();
    expect(scene.reads()).toBe(1);
    expect(scene.listeners()).toBe(0);
  });

  it.each(["ann", null])("reads again at a hint for %j", async (hinted) => {
    const scene = subject();
    const waiting = scene.wait();
    await scene.clock.advance(1_000);
    scene.change("new");
    scene.hint(hinted);
    expect(await waiting).toBe("new");
    expect(scene.listeners()).toBe(0);
  });

  it("passes over hints for other owners", async () => {
    const scene = subject();
    const waiting = scene.wait();
    await scene.clock.advance(1_000);
    scene.hint("bob");
    await scene.clock.advance(1_000);
    expect(scene.reads()).toBe(1);
    scene.request.abort();
    await waiting;
  });

  it("misses no change that comes while it reads", async () => {
    const scene = subject();
    let first = true;
    const answer = await scene.wait({
      read: async () => {
        if (!first) return "new";
        first = false;
        // The truth of a moment before, and a hint on its heels.
        scene.hint("ann");
        return null;
      },
    });
    expect(answer).toBe("new");
  });

  it("reads again soon after a commit of another process, once for a crowd of them", async () => {
    const scene = subject();
    const waiting = scene.wait();
    await scene.clock.advance(1);
    for (let commit = 0; commit < 100; commit += 1) scene.commit();
    await scene.clock.advance(49);
    expect(scene.reads()).toBe(1);
    await scene.clock.advance(1);
    expect(scene.reads()).toBe(2);
    scene.change("new");
    scene.commit();
    await scene.clock.advance(50);
    expect(await waiting).toBe("new");
    expect(scene.listeners()).toBe(0);
  });

  it("reads a last time when the time is over, for a hint that was lost", async () => {
    const scene = subject();
    const waiting = scene.wait();
    await scene.clock.advance(9_999);
    scene.change("new");
    await scene.clock.advance(1);
    expect(await waiting).toBe("new");
    expect(scene.listeners()).toBe(0);
  });

  it("answers null when the time is over and nothing changed, after two reads", async () => {
    const scene = subject();
    const waiting = scene.wait();
    await scene.clock.advance(10_000);
    expect(await waiting).toBeNull();
    expect(scene.reads()).toBe(2);
    expect(scene.listeners()).toBe(0);
  });

  it.each(["request", "closing"] as const)("ends when the %s is aborted, and leaves nothing behind", async (which) => {
    const scene = subject();
    const waits = Array.from({ length: 50 }, () => scene.wait());
    await scene.clock.advance(1_000);
    expect(scene.listeners()).toBe(150);
    scene[which].abort();
    expect(await Promise.all(waits)).toEqual(Array.from({ length: 50 }, () => null));
    expect(scene.listeners()).toBe(0);
    expect(scene.reads()).toBe(50);
  });

  it("leaves no timer behind when it ends soon after a foreign commit", async () => {
    const scene = subject();
    const waiting = scene.wait();
    await scene.clock.advance(1);
    scene.commit();
    scene.request.abort();
    expect(await waiting).toBeNull();
    expect(scene.listeners()).toBe(0);
  });

  it("does not wait for a request that has gone before", async () => {
    const scene = subject();
    scene.request.abort();
    expect(await scene.wait()).toBeNull();
    expect(scene.listeners()).toBe(0);
  });

  it("leaves nothing behind when reading fails", async () => {
    const scene = subject();
    await expect(scene.wait({ read: () => Promise.reject(new Error("gone")) })).rejects.toThrow("gone");
    expect(scene.listeners()).toBe(0);
  });
});

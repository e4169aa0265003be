import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { inProcessEventBus } from "../../event-bus/in-process-event-bus.js";
import { awaitSequence } from "./await-sequence.js";
import { createOwnerWatch } from "./owner-watch.js";

/** A replica whose sequence the test controls. */
function subject({ maxWatches = 1 } = {}) {
  const clock = fakeClock();
  const closing = new AbortController();
  const replica = { sequence: 0, reads: 0 };
  const store = {
    identity: "replica",
    onForeignCommit: () => () => {},
    sequencesOf: async () => {
      replica.reads += 1;
      return { sequences: new Map([["ann", replica.sequence]]), timeline: "one" };
    },
  };
  const eventBus = inProcessEventBus(store);
  const ownerWatch = createOwnerWatch({
    store,
    eventBus,
    clock,
    random: () => 0.5,
    closing: closing.signal,
    maxWatches,
  });
  const request = new AbortController();
  let isOver = false;
  const wait = () =>
    awaitSequence(
      { ownerWatch, clock, closing: closing.signal, store },
      { ownerId: "ann", sequence: 5, signal: request.signal },
    ).then(() => {
      isOver = true;
    });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 50) await clock.advance(50);
  };
  return { clock, closing, eventBus, ownerWatch, pass, replica, request, wait, isOver: () => isOver };
}

describe("awaitSequence", () => {
  it("ends at the check that finds the sequence", async () => {
    const scene = subject();
    const waiting = scene.wait();
    await scene.pass(450);
    expect(scene.isOver()).toBe(false);
    scene.replica.sequence = 5;
    await scene.pass(50);
    await waiting;
    expect(scene.clock.pending()).toEqual([]);
  });

  it("ends after 2 seconds and five checks", async () => {
    const scene = subject();
    const waiting = scene.wait();
    await scene.pass(1_950);
    expect([scene.isOver(), scene.replica.reads]).toEqual([false, 4]);
    await scene.pass(50);
    await waiting;
    expect(scene.replica.reads).toBe(5);
    expect(scene.clock.pending()).toEqual([]);
  });

  it("checks at once after a hint, and does not wait longer because of hints", async () => {
    const scene = subject();
    const waiting = scene.wait();
    for (let hints = 0; hints < 39; hints += 1) {
      await scene.pass(50);
      scene.eventBus.hint(["ann"]);
    }
    expect(scene.isOver()).toBe(false);
    await scene.pass(50);
    await waiting;
  });

  it.each(["request", "closing"] as const)("ends when the signal aborts: %s", async (signal) => {
    const scene = subject();
    const waiting = scene.wait();
    scene[signal].abort();
    await waiting;
    expect(scene.clock.pending()).toEqual([]);
  });

  it("does not wait when there are too many watches", async () => {
    const scene = subject();
    scene.ownerWatch.watch({ ownerId: "bob", accountId: "bob" }, () => {});
    await scene.wait();
    expect(scene.replica.reads).toBe(0);
  });
});

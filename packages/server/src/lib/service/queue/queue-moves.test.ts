import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { inProcessEventBus } from "../../event-bus/in-process-event-bus.js";
import { queueHintOf } from "../../ports/queue-hint.js";
import { createQueueMoves } from "./queue-moves.js";

let databases = 0;

/** Watches on a bus of its own. The list of each gate changes with each read, unless `isStill`. */
function setUp(mode: "loop" | "request" = "loop") {
  databases += 1;
  const clock = fakeClock();
  const eventBus = inProcessEventBus({ identity: `moves ${databases}` });
  const state = {
    reads: [] as (string | null)[],
    isStill: false,
    foreign: null as (() => void) | null,
    reading: Promise.resolve(),
  };
  const store = {
    onForeignCommit: (listener: () => void) => {
      state.foreign = listener;
      return () => {
        state.foreign = null;
      };
    },
  };
  const readList = async (gate: string | null) => {
    state.reads.push(gate);
    await state.reading;
    return !state.isStill;
  };
  const moves = createQueueMoves({ clock, eventBus, store, mode, readList });
  const hint = (gate: string | null) => eventBus.hint([queueHintOf(gate)]);
  return { clock, hint, moves, state };
}

describe("createQueueMoves", () => {
  it("reads a list once for all of its watchers, at most once a second, and no other list", async () => {
    const { clock, hint, moves, state } = setUp();
    const called = { ann: 0, bob: 0, eve: 0 };
    const stops = [
      moves.watch(["fal"], () => (called.ann += 1)),
      moves.watch(["fal", null], () => (called.bob += 1)),
      moves.watch(["openai"], () => (called.eve += 1)),
    ];
    for (let hints = 0; hints < 5; hints += 1) hint("fal");
    await clock.advance(0);
    expect([state.reads, called]).toEqual([["fal"], { ann: 1, bob: 1, eve: 0 }]);
    for (let hints = 0; hints < 5; hints += 1) hint("fal");
    hint(null);
    await clock.advance(999);
    expect(state.reads).toHaveLength(1);
    await clock.advance(1);
    expect([state.reads, called]).toEqual([["fal", "fal", null], { ann: 2, bob: 2, eve: 0 }]);
    for (const stop of stops) stop();
    hint("fal");
    await clock.advance(5_000);
    expect(state.reads).toHaveLength(3);
    expect([state.foreign, clock.pending()]).toEqual([null, []]);
  });

  it("reads after a commit of another process, and calls no listener if nothing moved", async () => {
    const { clock, moves, state } = setUp();
    let calls = 0;
    moves.watch([null], () => (calls += 1));
    state.isStill = true;
    state.foreign?.();
    await clock.advance(1_000);
    expect([state.reads, calls]).toEqual([[null], 0]);
  });

  it("leaves no timer behind if all watches leave during a read, and others come and go", async () => {
    const { clock, hint, moves, state } = setUp();
    let finish = (): void => {};
    state.reading = new Promise((resolve) => {
      finish = resolve;
    });
    const leave = moves.watch(["fal"], () => {});
    hint("fal");
    await clock.advance(0);
    leave();
    const leaveAgain = moves.watch(["fal"], () => {});
    hint("fal");
    finish();
    await clock.advance(0);
    leaveAgain();
    expect([state.reads, clock.pending()]).toEqual([["fal"], []]);
  });

  it("lets each watch poll by itself in request mode", async () => {
    const { clock, hint, moves, state } = setUp("request");
    let calls = 0;
    const stop = moves.watch(["fal"], () => (calls += 1));
    hint("fal");
    await clock.advance(1_999);
    expect(calls).toBe(0);
    await clock.advance(2_001);
    expect([state.reads, calls, state.foreign]).toEqual([[], 2, null]);
    stop();
    expect(clock.pending()).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { GenerationRecord } from "../../generation/generation-record.js";
import { StreamPlaces } from "./stream-places.js";

/** A generation that waits for its first attempt, with the members that are read here. */
const waiting = { id: "gen_1", gate: "demo", state: "queued", rank: 1, dueAt: 0 } as unknown as GenerationRecord;

/** Places whose queue moves when `move` is called. */
function open() {
  const watchers = new Set<() => void>();
  const queuePlaces = {
    read: async () => new Map(),
    watch: (_gates: readonly string[], onMove: () => void) => {
      watchers.add(onMove);
      return () => void watchers.delete(onMove);
    },
  };
  // The clock and the reader of places are the parts that are used.
  const context = { clock: { now: () => 0 }, queuePlaces } as unknown as ConstructorParameters<typeof StreamPlaces>[0];
  const places = new StreamPlaces(context, () => {});
  return {
    places,
    move: () => {
      for (const onMove of watchers) onMove();
    },
  };
}

describe("hasMoved", () => {
  it("is true from a move until the next read", async () => {
    const { places, move } = open();
    places.follow([waiting]);
    expect(places.hasMoved).toBe(false);
    move();
    expect(places.hasMoved).toBe(true);
    await places.read();
    expect(places.hasMoved).toBe(false);
  });

  // A stream reads no places while none waits: it would look for a move again and again, and block the process.
  it("is false once the last generation that waited has started", () => {
    const { places, move } = open();
    places.follow([waiting]);
    move();
    places.forget(["gen_1"]);
    expect(places.hasMoved).toBe(false);
  });
});

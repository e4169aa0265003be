import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { RefusedSizes } from "./refused-sizes.js";

/** Sizes of a storage that refuses objects above `state.maxBytes`. */
function given() {
  const clock = fakeClock();
  const lines: string[] = [];
  const tried: number[] = [];
  const state = { maxBytes: 1_000_000 };
  const log = (message: string) => void lines.push(message);
  const sizes = new RefusedSizes({
    clock,
    logger: { debug: log, info: log, warn: log, error: log },
    memory: { refusedSizes: new Map() },
    storage: memoryStorage(),
    tryStorage: async (byteLength) => {
      tried.push(byteLength);
      if (byteLength > state.maxBytes) throw new Error("413 Content Too Large");
    },
  });
  return { clock, lines, sizes, state, tried };
}

describe("a storage that refuses large objects", () => {
  it("stops the model whose output was refused, and no other", async () => {
    const { sizes, tried } = given();
    sizes.refused({ model: "flux", byteLength: 5_000_000 });
    expect(await sizes.accepts("flux")).toBe(false);
    expect(await sizes.accepts("schnell")).toBe(true);
    expect(tried).toEqual([5_000_000]);
  });

  it("is tried every 30 seconds, until it accepts the size", async () => {
    const { clock, lines, sizes, state, tried } = given();
    sizes.refused({ model: "flux", byteLength: 5_000_000 });
    const accepted: boolean[] = [];
    for (let seconds = 0; seconds <= 60; seconds += 15) {
      if (seconds === 45) state.maxBytes = 5_000_000;
      accepted.push(await sizes.accepts("flux"));
      await clock.advance(15_000);
    }
    expect(tried).toEqual([5_000_000, 5_000_000, 5_000_000]);
    expect(accepted).toEqual([false, false, false, false, true]);
    expect(lines).toEqual([
      "The storage refuses objects of the size of a model's outputs: its generations wait.",
      "Paid requests of a model are sent again, whose outputs the storage had refused.",
    ]);
  });

  it("does not stop a model for good, even if the size is never accepted", async () => {
    const { clock, sizes, tried } = given();
    sizes.refused({ model: "flux", byteLength: 500_000_000 });
    const accepted: boolean[] = [];
    for (let seconds = 0; seconds <= 300; seconds += 30) {
      accepted.push(await sizes.accepts("flux"));
      await clock.advance(30_000);
    }
    expect(accepted).toEqual([...Array(10).fill(false), true]);
    expect(tried).toEqual(Array(10).fill(67_108_864));
  });

  it("is trusted again after a stored output of the size, and not after a smaller one", async () => {
    const { sizes, tried } = given();
    sizes.refused({ model: "flux", byteLength: 5_000_000 });
    sizes.accepted({ model: "flux", byteLength: 4_000_000 });
    expect(await sizes.accepts("flux")).toBe(false);
    sizes.accepted({ model: "flux", byteLength: 5_000_000 });
    expect(await sizes.accepts("flux")).toBe(true);
    expect(tried).toHaveLength(1);
  });

  it("is trusted without a trial after a failure of a small object: its health decides", async () => {
    const { sizes, tried } = given();
    sizes.refused({ model: "flux", byteLength: 65_536 });
    expect(await sizes.accepts("flux")).toBe(true);
    expect(tried).toEqual([]);
  });

  it("keeps a second generation waiting while a trial is in progress", async () => {
    const { sizes, state } = given();
    state.maxBytes = 10_000_000;
    sizes.refused({ model: "flux", byteLength: 5_000_000 });
    expect(await Promise.all([sizes.accepts("flux"), sizes.accepts("flux")])).toEqual([true, false]);
    expect(await sizes.accepts("flux")).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { SizeBreaker } from "./size-breaker.js";

/** Sizes of a storage that refuses objects above `state.maxBytes`. */
function given() {
  const clock = fakeClock();
  const lines: string[] = [];
  const tried: number[] = [];
  const state = { maxBytes: 1_000_000 };
  const log = (message: string) => void lines.push(message);
  const sizes = new SizeBreaker({
    clock,
    logger: { debug: log, info: log, warn: log, error: log },
    place: "storage",
    refused: new Map(),
    tryWrite: async (byteLength) => {
      tried.push(byteLength);
      if (byteLength > state.maxBytes) throw new Error("413 Content Too Large");
    },
  });
  return { clock, lines, sizes, state, tried };
}

describe("a storage that refuses large objects", () => {
  it("stops the model whose output was refused, and no other", async () => {
    const { sizes, tried } = given();
    sizes.recordRefusal({ model: "flux", byteLength: 5_000_000 });
    expect(await sizes.allowsRequest("flux")).toBe(false);
    expect(await sizes.allowsRequest("schnell")).toBe(true);
    expect(tried).toEqual([5_000_000]);
  });

  it("is tried every 30 seconds, until it accepts the size", async () => {
    const { clock, lines, sizes, state, tried } = given();
    sizes.recordRefusal({ model: "flux", byteLength: 5_000_000 });
    const accepted: boolean[] = [];
    for (let seconds = 0; seconds <= 60; seconds += 15) {
      if (seconds === 45) state.maxBytes = 5_000_000;
      accepted.push(await sizes.allowsRequest("flux"));
      await clock.advance(15_000);
    }
    expect(tried).toEqual([5_000_000, 5_000_000, 5_000_000]);
    expect(accepted).toEqual([false, false, false, false, true]);
    expect(lines).toEqual([
      "Outputs of this size do not fit: the generations of the model wait.",
      "Paid requests of the model are sent again.",
    ]);
  });

  it("does not stop a model for good, even if the size is never accepted", async () => {
    const { clock, sizes, tried } = given();
    sizes.recordRefusal({ model: "flux", byteLength: 500_000_000 });
    const accepted: boolean[] = [];
    for (let seconds = 0; seconds <= 300; seconds += 30) {
      accepted.push(await sizes.allowsRequest("flux"));
      await clock.advance(30_000);
    }
    expect(accepted).toEqual([...Array(10).fill(false), true]);
    expect(tried).toEqual(Array(10).fill(500_000_000));
  });

  it("is trusted again after a stored output of the size, and not after a smaller one", async () => {
    const { sizes, tried } = given();
    sizes.recordRefusal({ model: "flux", byteLength: 5_000_000 });
    sizes.recordStored({ model: "flux", byteLength: 4_000_000 });
    expect(await sizes.allowsRequest("flux")).toBe(false);
    sizes.recordStored({ model: "flux", byteLength: 5_000_000 });
    expect(await sizes.allowsRequest("flux")).toBe(true);
    expect(tried).toHaveLength(1);
  });

  it("is trusted without a trial after a failure of a small object: its health decides", async () => {
    const { sizes, tried } = given();
    sizes.recordRefusal({ model: "flux", byteLength: 65_536 });
    expect(await sizes.allowsRequest("flux")).toBe(true);
    expect(tried).toEqual([]);
  });

  it("keeps a second generation waiting while a trial is in progress", async () => {
    const { sizes, state } = given();
    state.maxBytes = 10_000_000;
    sizes.recordRefusal({ model: "flux", byteLength: 5_000_000 });
    expect(await Promise.all([sizes.allowsRequest("flux"), sizes.allowsRequest("flux")])).toEqual([true, false]);
    expect(await sizes.allowsRequest("flux")).toBe(true);
  });

  it("remembers a larger output that is refused during a trial, and one that is stored", async () => {
    const { clock, sizes, state } = given();
    state.maxBytes = 10_000_000;
    sizes.recordRefusal({ model: "flux", byteLength: 5_000_000 });
    const first = sizes.allowsRequest("flux");
    sizes.recordRefusal({ model: "flux", byteLength: 20_000_000 });
    expect(await first).toBe(false);
    await clock.advance(30_000);
    const second = sizes.allowsRequest("flux");
    sizes.recordStored({ model: "flux", byteLength: 20_000_000 });
    expect(await second).toBe(true);
    expect(await sizes.allowsRequest("flux")).toBe(true);
  });
});

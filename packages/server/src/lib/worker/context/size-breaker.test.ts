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

  it("is tried at once, and again after each delay, until it accepts the size", async () => {
    const { clock, lines, sizes, state, tried } = given();
    sizes.recordRefusal({ model: "flux", byteLength: 5_000_000 });
    expect(await sizes.allowsRequest("flux")).toBe(false);
    await clock.advance(29_000);
    expect(await sizes.allowsRequest("flux")).toBe(false);
    expect(tried).toEqual([5_000_000]);
    state.maxBytes = 5_000_000;
    await clock.advance(1_000);
    expect([await sizes.allowsRequest("flux"), await sizes.allowsRequest("flux")]).toEqual([true, true]);
    expect(tried).toEqual([5_000_000, 5_000_000]);
    expect(lines).toEqual([
      "Outputs of this size do not fit: the generations of the model wait.",
      "Outputs of the model are stored again: its paid requests are sent.",
    ]);
  });

  it("receives one request after each delay, from half a minute to five, even if it never accepts the size", async () => {
    const { clock, sizes } = given();
    sizes.recordRefusal({ model: "flux", byteLength: 500_000_000 });
    const sentAt: number[] = [];
    for (let seconds = 0; seconds <= 1_200; seconds += 30) {
      for (let count = 0; count < 3; count += 1) if (await sizes.allowsRequest("flux")) sentAt.push(seconds);
      await clock.advance(30_000);
    }
    expect(sentAt).toEqual([30, 90, 210, 450, 750, 1_050]);
  });

  it("opens the model after an output of any size was stored", async () => {
    const { sizes, tried } = given();
    sizes.recordRefusal({ model: "flux", byteLength: 5_000_000 });
    expect(await sizes.allowsRequest("flux")).toBe(false);
    sizes.recordStored("flux");
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
    const { sizes, state } = given();
    state.maxBytes = 10_000_000;
    sizes.recordRefusal({ model: "flux", byteLength: 5_000_000 });
    const first = sizes.allowsRequest("flux");
    sizes.recordRefusal({ model: "flux", byteLength: 20_000_000 });
    expect(await first).toBe(false);
    sizes.recordRefusal({ model: "schnell", byteLength: 20_000_000 });
    const second = sizes.allowsRequest("schnell");
    sizes.recordStored("schnell");
    expect(await second).toBe(true);
  });
});

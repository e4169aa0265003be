import { describe, expect, it } from "vitest";
import { createGrowingBuffer } from "./growing-buffer.js";

describe("a growing buffer", () => {
  it("joins chunks in order and copies them", () => {
    const buffer = createGrowingBuffer({ maxBytes: 300_000 });
    const chunk = new Uint8Array(100_000);
    for (const value of [1, 2, 3]) buffer.append(chunk.fill(value));
    const bytes = buffer.view();
    expect([bytes.byteLength, bytes[0], bytes[99_999], bytes[100_000], bytes[299_999]]).toEqual([300_000, 1, 1, 2, 3]);
  });

  it("doubles its capacity, up to the maximum", () => {
    const buffer = createGrowingBuffer({ maxBytes: 100_000 });
    const capacities = new Set<number>();
    for (let at = 0; at < 100_000; at += 1) {
      buffer.append(new Uint8Array(1));
      if (at % 1_000 === 0) capacities.add(buffer.view().buffer.byteLength);
    }
    expect([...capacities]).toEqual([16_384, 32_768, 65_536, 100_000]);
    expect(() => buffer.append(new Uint8Array(1))).toThrow(RangeError);
  });

  it("reuses its capacity after clear()", () => {
    const buffer = createGrowingBuffer({ maxBytes: 10 });
    buffer.append(Uint8Array.of(1, 2, 3));
    buffer.clear();
    expect(buffer.byteLength).toBe(0);
    buffer.append(Uint8Array.of(4));
    expect(buffer.view()).toEqual(Uint8Array.of(4));
  });
});

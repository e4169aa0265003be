import { afterEach, describe, expect, it, vi } from "vitest";
import { fromBase64, toBase64 } from "./base64.js";

/** A view into the middle of a buffer, longer than one chunk. */
const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256).subarray(1, 99_000);

describe("toBase64", () => {
  const usual = toBase64(bytes);
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("round-trips the bytes", () => {
    expect(fromBase64(usual)).toEqual(bytes);
    expect(toBase64(new Uint8Array())).toBe("");
    expect(toBase64(new Uint8Array([255]))).toBe("/w==");
  });

  it("encodes the same without Buffer", () => {
    vi.stubGlobal("Buffer", undefined);
    expect(toBase64(bytes)).toBe(usual);
  });

  it("calls the array's own toBase64 where it exists", () => {
    const able = Object.assign(Uint8Array.of(1), { toBase64: () => "its own" });
    expect(toBase64(able)).toBe("its own");
  });
});

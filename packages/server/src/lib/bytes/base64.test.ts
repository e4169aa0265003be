import { afterEach, describe, expect, it, vi } from "vitest";
import { fromBase64, toBase64 } from "./base64.js";

/** In the middle of a buffer, and longer than one piece. */
const bytes = Uint8Array.from({ length: 100_000 }, (_, place) => (place * 7) % 256).subarray(1, 99_000);

describe("toBase64", () => {
  const usual = toBase64(bytes);
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("gives the bytes back", () => {
    expect(fromBase64(usual)).toEqual(bytes);
    expect(toBase64(new Uint8Array())).toBe("");
    expect(toBase64(new Uint8Array([255]))).toBe("/w==");
  });

  it("is the same where there is no Buffer", () => {
    vi.stubGlobal("Buffer", undefined);
    expect(toBase64(bytes)).toBe(usual);
  });

  it("asks the array itself where it knows how", () => {
    const able = Object.assign(Uint8Array.of(1), { toBase64: () => "its own" });
    expect(toBase64(able)).toBe("its own");
  });
});

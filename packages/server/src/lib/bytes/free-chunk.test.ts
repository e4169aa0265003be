import { afterEach, describe, expect, it, vi } from "vitest";
import { freeChunk } from "./free-chunk.js";

afterEach(() => void vi.unstubAllGlobals());

describe("freeChunk", () => {
  it("frees a chunk that has its own memory", () => {
    const chunk = new Uint8Array(100);
    freeChunk(chunk);
    expect([chunk.byteLength, chunk.buffer.byteLength]).toEqual([0, 0]);
  });

  it.each([
    ["its start", 0],
    ["its end", 50],
  ])("leaves a view of a larger buffer at %s", (_, at) => {
    const view = new Uint8Array(new ArrayBuffer(100), at, 50);
    freeChunk(view);
    expect([view.byteLength, view.buffer.byteLength]).toEqual([50, 100]);
  });

  it.each([undefined, { userAgent: "Bun/1.3.0" }, { userAgent: "Cloudflare-Workers" }])(
    "leaves a chunk of a runtime with the navigator %o",
    (navigator) => {
      vi.stubGlobal("navigator", navigator);
      const chunk = new Uint8Array(100);
      freeChunk(chunk);
      expect(chunk.byteLength).toBe(100);
    },
  );
});

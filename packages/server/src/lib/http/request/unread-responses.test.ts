import { describe, expect, it, vi } from "vitest";
import { createUnreadResponses } from "./unread-responses.js";

/** Adds responses of the given sizes, with a max of 10. Returns the indexes of the closed ones. */
function closedOf(sizes: readonly number[]): readonly number[] {
  const unread = createUnreadResponses({ maxSize: 10 });
  const closed: number[] = [];
  for (const [index, size] of sizes.entries()) unread.add({ size, close: () => closed.push(index) });
  return closed;
}

describe("unread responses", () => {
  it("close the oldest ones beyond the max size, and no more than needed", () => {
    expect(closedOf([4, 4, 2])).toEqual([]);
    expect(closedOf([4, 4, 2, 1])).toEqual([0]);
    expect(closedOf([4, 4, 2, 8])).toEqual([0, 1]);
  });

  it("close all others for one that exceeds the max size alone, and keep that one until the next", () => {
    expect(closedOf([4, 4, 11])).toEqual([0, 1]);
    expect(closedOf([4, 11, 1])).toEqual([0, 1]);
  });

  it("close the one whose client has read nothing for the longest", () => {
    const unread = createUnreadResponses({ maxSize: 2 });
    const close = [vi.fn(), vi.fn()] as const;
    const reading = unread.add({ size: 1, close: close[0] });
    unread.add({ size: 1, close: close[1] });
    reading.progress();
    unread.add({ size: 1, close: vi.fn() });
    expect(close[0]).not.toHaveBeenCalled();
    expect(close[1]).toHaveBeenCalledOnce();
  });

  it("release the size of one that has ended, once", () => {
    const unread = createUnreadResponses({ maxSize: 2 });
    const ended = unread.add({ size: 1, close: vi.fn() });
    ended.end();
    ended.end();
    ended.progress();
    const close = vi.fn();
    unread.add({ size: 2, close });
    expect(close).not.toHaveBeenCalled();
    unread.add({ size: 1, close: vi.fn() });
    expect(close).toHaveBeenCalledOnce();
  });

  it("accept a close that ends the response", () => {
    const unread = createUnreadResponses({ maxSize: 1 });
    const ending = unread.add({ size: 1, close: () => ending.end() });
    const close = vi.fn();
    unread.add({ size: 1, close });
    expect(close).not.toHaveBeenCalled();
    unread.add({ size: 1, close: vi.fn() });
    expect(close).toHaveBeenCalledOnce();
  });

  it("have no limit on Cloudflare Workers, where no request may close the response of another", () => {
    vi.stubGlobal("navigator", { userAgent: "Cloudflare-Workers" });
    vi.stubGlobal("process", {});
    try {
      expect(closedOf([9, 9, 9])).toEqual([]);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

import { act } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";

/** Holds the time of each test of a group, so that only `pass` lets it go on. */
export function holdTime(): void {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });
}

/** Lets time go on, and gives the bodies of requests and answers, which are read outside of it, their turn. */
export const pass = (ms: number) =>
  act(async () => {
    for (let step = 0; step < 4; step += 1) {
      await vi.advanceTimersByTimeAsync(ms / 4);
      for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  });

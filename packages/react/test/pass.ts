import { act } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";

/** Installs fake timers for each test of a group; `pass` advances them. */
export function holdTime(): void {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });
}

/** Advances the fake timers, and lets real I/O (bodies of requests and responses) run in between. */
export const pass = (ms: number) =>
  act(async () => {
    for (let step = 0; step < 4; step += 1) {
      await vi.advanceTimersByTimeAsync(ms / 4);
      for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  });

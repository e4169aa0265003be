import { QueryClient } from "@tanstack/react-query";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openPage } from "../../../test/set-up.js";
import { createConnectionLoop } from "./connection-loop.js";
import { createLiveContext } from "./live-context.js";
import { liveOf } from "./live-of.js";

describe("the connection loop", () => {
  afterEach(() => void vi.useRealTimers());

  it("clears its delay when it is started again or stopped", () => {
    vi.useFakeTimers();
    const loop = createConnectionLoop(createLiveContext(liveOf(new QueryClient(), openPage().client)), () => {});
    for (const delayMs of [30_000, 30_000]) loop.start(delayMs);
    expect(vi.getTimerCount()).toBe(1);
    loop.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

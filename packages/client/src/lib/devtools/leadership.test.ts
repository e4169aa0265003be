import { afterEach, expect, it, vi } from "vitest";
import { observeLeadership } from "./leadership.js";

afterEach(() => vi.unstubAllGlobals());

it("opens no channel once it is closed, also by a read that has begun", async () => {
  const opened = vi.fn();
  vi.stubGlobal(
    "BroadcastChannel",
    class {
      constructor(name: string) {
        opened(name);
      }
      postMessage() {}
      close() {}
    },
  );
  await navigator.locks.request("safelight:2:owner", async () => {
    const closed = observeLeadership(() => {});
    const begun = closed.read();
    closed.close();
    expect(await begun).toEqual([]);
    expect(await closed.read()).toEqual([]);
    expect(opened).not.toHaveBeenCalled();

    const open = observeLeadership(() => {});
    expect(await open.read()).toMatchObject([{ name: "safelight:2:owner", isLeader: true }]);
    expect(opened).toHaveBeenCalledTimes(1);
    open.close();
  });
});

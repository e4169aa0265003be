import { afterEach, describe, expect, it, vi } from "vitest";
import { lateModule, loadModule, withModule } from "./late-module.js";

describe("withModule", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("runs every effect that waits, also after one that throws, and leaves the exception to the host", async () => {
    const thrown: unknown[] = [];
    const later = globalThis.queueMicrotask;
    vi.spyOn(globalThis, "queueMicrotask").mockImplementation((run) =>
      later(() => {
        try {
          run();
        } catch (error) {
          thrown.push(error);
        }
      }),
    );
    const module = lateModule(async () => "loaded");
    const error = new Error("an error of the host's listener");
    const run = vi.fn();
    const throwing = () => {
      throw error;
    };
    for (const effect of [throwing, run]) withModule(module, { run: effect });
    await loadModule(module).catch(() => {});
    expect(run.mock.calls).toEqual([["loaded"]]);
    expect(thrown).toEqual([error]);
    expect(module.waiting.size).toBe(0);
  });

  it("does not run an effect that another one has ended", async () => {
    const module = lateModule(async () => "loaded");
    const run = vi.fn();
    let stop = () => {};
    withModule(module, { run: () => void stop() });
    stop = withModule(module, { run });
    await loadModule(module);
    expect(run).not.toHaveBeenCalled();
  });
});

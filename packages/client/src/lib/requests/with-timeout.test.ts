import { describe, expect, it } from "vitest";
import { FakeEnvironment, nothingLeft } from "../../../test/fake-environment.js";
import { SafelightError } from "./safelight-error.js";
import { withTimeout } from "./with-timeout.js";

function limits({ isHeld = false, signal }: { readonly isHeld?: boolean; readonly signal?: AbortSignal } = {}) {
  const environment = new FakeEnvironment();
  return { environment, signal, timeoutMs: 100, isHeld, requestLine: "GET /a" };
}

/** Work that never settles, and the signal that it received. */
function endlessWork() {
  const received: { signal?: AbortSignal } = {};
  const work = (own: AbortSignal) => {
    received.signal = own;
    return new Promise<never>(() => {});
  };
  return { received, work };
}

describe("withTimeout", () => {
  it("rejects with `timeout`, and aborts work that ignores its signal", async () => {
    const options = limits();
    const { received, work } = endlessWork();
    const result = withTimeout(options, work);
    await Promise.all([
      expect(result).rejects.toMatchObject({ code: "timeout", message: "No response: timeout (GET /a)" }),
      options.environment.elapse(100),
    ]);
    expect(received.signal?.reason).toMatchObject({ code: "timeout" });
    expect(options.environment.leftovers).toEqual(nothingLeft);
  });

  it("restarts the timeout when the work asks for it", async () => {
    const options = limits();
    const result = withTimeout(options, (_own, restart) => {
      restart(500);
      return new Promise<never>(() => {});
    });
    expect(options.environment.leftovers.timers).toEqual([500]);
    await Promise.all([expect(result).rejects.toMatchObject({ code: "timeout" }), options.environment.elapse(500)]);
  });

  it("settles with the work, and leaves nothing behind", async () => {
    const options = limits();
    await expect(withTimeout(options, async () => 1)).resolves.toBe(1);
    const refusal = new SafelightError("not_found", "no");
    await expect(withTimeout(options, () => Promise.reject(refusal))).rejects.toBe(refusal);
    const cause = new TypeError("fetch failed");
    await expect(withTimeout(options, () => Promise.reject(cause))).rejects.toMatchObject({ code: "network", cause });
    expect(options.environment.leftovers).toEqual(nothingLeft);
  });

  it("rejects with the reason of the caller's signal, and does not start work that is already aborted", async () => {
    const controller = new AbortController();
    const reason = new Error("left");
    const { work } = endlessWork();
    const result = withTimeout(limits({ signal: controller.signal }), work);
    controller.abort(reason);
    await expect(result).rejects.toBe(reason);
    let begun = 0;
    const count = async () => {
      begun += 1;
    };
    await expect(withTimeout(limits({ signal: controller.signal }), count)).rejects.toBe(reason);
    expect(begun).toBe(0);
  });

  it("does not abort a held request of a device that reports offline since before it", async () => {
    const held = limits({ isHeld: true });
    held.environment.setOnline(false);
    const { received, work } = endlessWork();
    void withTimeout(held, work);
    // A command has succeeded.
    held.environment.notifyResponse();
    expect(received.signal?.aborted).toBe(false);
  });

  it("aborts a held request, but no other one, when the page is hidden or the device offline", async () => {
    for (const hide of [
      (environment: FakeEnvironment) => environment.setHidden(true),
      (environment: FakeEnvironment) => environment.setOnline(false),
    ]) {
      const held = limits({ isHeld: true });
      const result = withTimeout(held, endlessWork().work);
      hide(held.environment);
      await expect(result).rejects.toMatchObject({ code: "network" });
      const plain = limits();
      const { received, work } = endlessWork();
      void withTimeout(plain, work);
      hide(plain.environment);
      expect(received.signal?.aborted).toBe(false);
    }
  });
});

import { describe, expect, it } from "vitest";
import { FakeEnvironment, nothingLeft } from "../../../test/fake-environment.js";
import { SafelightError } from "./safelight-error.js";
import { withTimeout } from "./with-timeout.js";

function limits({ signal }: { readonly signal?: AbortSignal } = {}) {
  const environment = new FakeEnvironment();
  return { environment, signal, timeoutMs: 100, requestLine: "GET /a" };
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
      expect(result).rejects.toMatchObject({ code: "timeout", message: "No result: timeout (GET /a)" }),
      options.environment.elapse(100),
    ]);
    expect(received.signal?.reason).toMatchObject({ code: "timeout" });
    expect(options.environment.leftovers).toEqual(nothingLeft);
  });

  it("restarts the timeout when the work calls restart", async () => {
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
});

import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { recordUnhandledErrors, type UnhandledErrors } from "../../../testing/unhandled-errors.js";
import { shieldListeners } from "./shield-listeners.js";

let unhandled: UnhandledErrors;
beforeEach(() => {
  unhandled = recordUnhandledErrors();
});
afterEach(() => unhandled.stop());

const createShielded = () => {
  const controller = new AbortController();
  return { signal: shieldListeners(controller.signal), abort: () => controller.abort(new Error("enough")) };
};
const fail = (): never => {
  throw new Error("the listener failed");
};

describe("shieldListeners", () => {
  it("ignores errors and rejections of listeners, and calls the others", async () => {
    const { abort, signal } = createShielded();
    const called: unknown[] = [];
    signal.addEventListener("abort", fail);
    signal.addEventListener("abort", async () => fail());
    signal.addEventListener("abort", { handleEvent: fail });
    signal.onabort = fail;
    signal.addEventListener("abort", function (this: AbortSignal, event) {
      called.push(this === signal, event.type);
    });
    abort();
    expect(called).toEqual([true, "abort"]);
    expect(await unhandled.settled()).toEqual([]);
  });

  it("calls no removed listener, and a listener with `once` one time", () => {
    const { abort, signal } = createShielded();
    let calls = 0;
    const count = (): void => {
      calls += 1;
    };
    signal.addEventListener("abort", count, { once: true });
    signal.addEventListener("abort", count, { once: true });
    const removed = (): void => {
      calls += 100;
    };
    signal.addEventListener("abort", removed);
    signal.removeEventListener("abort", removed);
    signal.onabort = removed;
    expect(signal.onabort).toBe(removed);
    signal.onabort = null;
    abort();
    expect(calls).toBe(1);
  });

  it("calls a function twice that is both a listener and `onabort`", () => {
    const { abort, signal } = createShielded();
    let calls = 0;
    const count = (): void => {
      calls += 1;
    };
    signal.addEventListener("abort", count);
    signal.onabort = count;
    abort();
    expect(calls).toBe(2);
    const removed = createShielded();
    removed.signal.addEventListener("abort", count);
    removed.signal.onabort = count;
    removed.signal.onabort = null;
    removed.abort();
    expect(calls).toBe(3);
  });

  it.each([null, undefined])("ignores %s as a listener, as Node does", (listener) => {
    const { signal } = createShielded();
    const target: EventTarget = signal;
    // A host without types may pass `undefined`.
    const args = ["abort", listener] as unknown as Parameters<EventTarget["addEventListener"]>;
    expect(() => target.addEventListener(...args)).not.toThrow();
    expect(() => target.removeEventListener(...args)).not.toThrow();
  });

  it("remains a signal for `fetch` and for `AbortSignal.any`", async () => {
    const server = createServer(() => {});
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const { abort, signal } = createShielded();
    expect(signal).toBeInstanceOf(AbortSignal);
    const either = AbortSignal.any([signal, new AbortController().signal]);
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`;
    const requests = Promise.allSettled([fetch(url, { signal }), fetch(url, { signal: either })]);
    await new Promise((resolve) => server.once("request", resolve));
    abort();
    expect((await requests).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(either.aborted).toBe(true);
  });
});

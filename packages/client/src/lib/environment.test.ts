import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createEnvironment } from "./environment.js";

describe("createEnvironment", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("is online and visible without navigator, document and events", () => {
    for (const name of ["navigator", "document", "addEventListener"]) vi.stubGlobal(name, undefined);
    const environment = createEnvironment();
    expect(environment.isOnline()).toBe(true);
    expect(environment.isHidden()).toBe(false);
    expect(() => environment.onChange(() => {})()).not.toThrow();
    expect(() => environment.notifyResponse()).not.toThrow();
  });

  it("notifies listeners that the server has responded", () => {
    const place = new EventTarget();
    for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"] as const) {
      vi.stubGlobal(name, place[name].bind(place));
    }
    const environment = createEnvironment();
    const listener = vi.fn();
    const stop = environment.onChange(listener);
    environment.notifyResponse();
    expect(listener).toHaveBeenCalledTimes(1);
    stop();
    environment.notifyResponse();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it("calls back at once for a negative delay, without Node's warning", () => {
    const setTimer = vi.spyOn(globalThis, "setTimeout");
    const callback = vi.fn();
    createEnvironment().schedule(callback, -5);
    expect(setTimer).toHaveBeenCalledWith(callback, 0);
    vi.advanceTimersByTime(0);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it("is online if navigator.onLine is undefined", () => {
    vi.stubGlobal("navigator", {});
    expect(createEnvironment().isOnline()).toBe(true);
  });

  it("reads the state of the device and the page from the browser", () => {
    vi.stubGlobal("navigator", { onLine: false });
    vi.stubGlobal("document", { visibilityState: "hidden" });
    const environment = createEnvironment();
    expect(environment.isOnline()).toBe(false);
    expect(environment.isHidden()).toBe(true);
  });

  it("notifies listeners when the device goes on- or offline and when the page is shown or hidden, until unsubscribed", () => {
    const events = new EventTarget();
    vi.stubGlobal("addEventListener", events.addEventListener.bind(events));
    vi.stubGlobal("removeEventListener", events.removeEventListener.bind(events));
    const listener = vi.fn();
    const stop = createEnvironment().onChange(listener);
    for (const type of ["online", "offline", "visibilitychange"]) events.dispatchEvent(new Event(type));
    expect(listener).toHaveBeenCalledTimes(3);
    stop();
    for (const type of ["online", "offline", "visibilitychange"]) events.dispatchEvent(new Event(type));
    expect(listener).toHaveBeenCalledTimes(3);
  });

  it("calls back after the delay, and not after it was canceled", () => {
    const environment = createEnvironment();
    const kept = vi.fn();
    const taken = vi.fn();
    environment.schedule(kept, 1_000);
    environment.schedule(taken, 1_000)();
    vi.advanceTimersByTime(999);
    expect(kept).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(kept).toHaveBeenCalledOnce();
    expect(taken).not.toHaveBeenCalled();
  });

  it("does not call back at once for a delay above the timer limit", () => {
    const callback = vi.fn();
    createEnvironment().schedule(callback, Number.POSITIVE_INFINITY);
    vi.advanceTimersByTime(86_400_000);
    expect(callback).not.toHaveBeenCalled();
  });

  it("reads the clock and a random number", () => {
    vi.setSystemTime(1_800_000_000_000);
    const environment = createEnvironment();
    expect(environment.now()).toBe(1_800_000_000_000);
    expect(environment.random()).not.toBe(environment.random());
  });
});

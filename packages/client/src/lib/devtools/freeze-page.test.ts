import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createFrozenPage } from "./freeze-page.js";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", new EventTarget());
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("runs a held timer when the page resumes, except one that was cleared", () => {
  const page = createFrozenPage();
  const ran: string[] = [];
  page.freeze();
  const cleared = setTimeout(() => ran.push("cleared"), 10);
  setTimeout(() => {
    ran.push("kept");
    clearTimeout(later);
  }, 10);
  const later = setTimeout(() => ran.push("cleared by a held timer"), 10);
  vi.advanceTimersByTime(10);
  clearTimeout(cleared);
  expect(ran).toEqual([]);
  page.resume();
  expect(ran).toEqual(["kept"]);
});

it("runs an interval once, however often it was due", () => {
  const page = createFrozenPage();
  const tick = vi.fn();
  page.freeze();
  const interval = setInterval(tick, 10);
  vi.advanceTimersByTime(50);
  page.resume();
  expect(tick).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(10);
  clearInterval(interval);
  expect(tick).toHaveBeenCalledTimes(2);
});

it("restores the timers of the page", () => {
  const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
  const page = createFrozenPage();
  page.freeze();
  expect(globalThis.clearTimeout).not.toBe(clearTimeout);
  page.resume();
  expect(globalThis).toMatchObject({ setTimeout, setInterval, clearTimeout, clearInterval });
});

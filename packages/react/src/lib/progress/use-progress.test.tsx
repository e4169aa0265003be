import { act, renderHook } from "@testing-library/react";
import { startTransition, useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clockAhead } from "../../../test/clock-ahead.js";
import { estimatedGeneration } from "../../../test/estimated-generation.js";
import { pass } from "../../../test/pass.js";
import { preferReducedMotion } from "../../../test/reduced-motion.js";
import { openPage, openPageOf } from "../../../test/set-up.js";
import { type TestServer, testServer } from "../../../test/test-server.js";
import { turn } from "../../../test/turn.js";

let server = testServer();

/** A page that shows the newest active generation. */
function openBar(answering: Pick<TestServer, "fetch"> = server) {
  const page = openPageOf(answering);
  const seen: (number | null)[] = [];
  const bar = renderHook(
    ({ isShown }) => {
      const { generation } = page.hooks.useActiveGeneration();
      const progress = page.hooks.useProgress(isShown ? generation : null);
      seen.push(progress.value);
      return progress;
    },
    { wrapper: page.wrapper, initialProps: { isShown: true } },
  );
  return { ...page, ...bar, seen };
}

/** Requested animation frames. */
const framesOf = () => vi.mocked(requestAnimationFrame).mock.calls.length;

describe("useProgress", { timeout: 30_000 }, () => {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "Date", "requestAnimationFrame", "cancelAnimationFrame"],
    });
    vi.spyOn(globalThis, "requestAnimationFrame");
    server = testServer();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it("shows the place of a generation that waits on the server, which moves without a new version", async () => {
    const first = server.submit();
    const { version } = server.submit();
    const { result } = openBar();
    await pass(1_000);
    expect(result.current.queuePosition).toBe(1);
    act(() => void server.cancel(first.id));
    await pass(100);
    expect(result.current.queuePosition).toBe(0);
    expect(server.active().generations).toMatchObject([{ version }]);
  });

  it("moves between two updates without a request", async () => {
    const { id } = server.submit();
    const { result } = openBar();
    await pass(1_000);
    act(() => void server.progress(id, 0.25, { etaMs: 6_000 }));
    await pass(100);
    expect(result.current).toMatchObject({ source: "provider", isLate: false });
    expect(result.current.value).toBeCloseTo(0.26, 2);
    await pass(1_900);
    const requests = server.received().length;
    expect(result.current.value).toBeCloseTo(1 - 0.75 * Math.exp(-1 / 3), 2);
    expect(result.current.percent).toBe(46);
    expect(Math.round((result.current.remainingMs ?? 0) / 1_000)).toBe(4);
    expect(Math.round((result.current.elapsedMs ?? 0) / 1_000)).toBe(3);
    await pass(6_000);
    expect(result.current).toMatchObject({ remainingMs: 0, isLate: true });
    expect(server.received()).toHaveLength(requests);
    act(() => void server.complete(id));
    await pass(100);
    expect(result.current).toMatchObject({ value: 1, percent: 100, remainingMs: null, isLate: false });
  });

  it("never decreases until another generation is shown", async () => {
    const { id } = server.submit();
    const { result, seen } = openBar();
    await pass(1_000);
    act(() => void server.progress(id, 0.5, { etaMs: 2_000 }));
    await pass(2_000);
    expect(result.current.value).toBeGreaterThan(0.8);
    act(() => void server.progress(id, 0.6, { etaMs: 20_000 }));
    await pass(1_000);
    const numbers = seen.filter((value) => value !== null);
    expect(numbers).toEqual(numbers.toSorted());
    act(() => void server.fail(id));
    await pass(1_000);
    expect(result.current.value).toBe(numbers.at(-1));
    act(() => void server.progress(server.submit().id, 0.1));
    await pass(1_000);
    expect(result.current.value).toBe(0.1);
  });

  it("does not decrease during a pending transition to another generation", async () => {
    const [first, second] = [server.submit().id, server.submit().id];
    const { hooks, wrapper } = openPage(server);
    const never = new Promise<void>(() => {});
    const { result } = renderHook(
      () => {
        const [id, setId] = useState(first);
        const progress = hooks.useProgress(hooks.useGeneration(id).generation);
        hooks.useGeneration(second);
        // Suspends as React's `use` does, which React 18 lacks.
        if (id === second) throw never;
        return { ...progress, setId };
      },
      { wrapper },
    );
    await pass(1_000);
    act(() => void server.progress(first, 0.5, { etaMs: 2_000 }));
    await pass(2_000);
    act(() => void server.progress(first, 0.6, { etaMs: 20_000 }));
    await pass(1_000);
    const { value, setId } = result.current;
    expect(value).toBeGreaterThan(0.8);
    act(() => startTransition(() => setId(second)));
    await pass(3_000);
    expect(result.current.value).toBeGreaterThanOrEqual(value ?? 1);
  });

  it("measures by the server's clock if the device's is wrong", async () => {
    const hourMs = 3_600_000;
    estimatedGeneration(server, 0.18, { createdMs: -3_000, startedMs: -2_000, expectedMs: 8_000 });
    const { result } = openBar(clockAhead(server, hourMs));
    await pass(3_000);
    expect(result.current.value).toBeCloseTo(0.45, 2);
    expect(Math.round((result.current.elapsedMs ?? 0) / 1_000)).toBe(6);
    expect(Math.round((result.current.remainingMs ?? 0) / 1_000)).toBe(5);
  });

  it("includes the age of an update that was received before the component mounted", async () => {
    const { id } = server.submit();
    const { result, rerender } = openBar();
    rerender({ isShown: false });
    await pass(1_000);
    act(() => void server.progress(id, 0.25, { etaMs: 9_000 }));
    await pass(4_000);
    expect(result.current).toMatchObject({ value: null, elapsedMs: null, source: "none" });
    rerender({ isShown: true });
    expect(Math.round((result.current.remainingMs ?? 0) / 1_000)).toBe(5);
    expect(result.current.value).toBeCloseTo(1 - 0.75 * Math.exp(-4 / 9), 2);
  });

  it("re-renders only for visible changes", async () => {
    const { id } = server.submit();
    const { seen } = openBar();
    await pass(1_000);
    act(() => void server.progress(id, 0.1, { etaMs: 900_000 }));
    await pass(1_000);
    const before = seen.length;
    await pass(10_000);
    // Ten seconds passed, one hundredth was done; StrictMode renders twice.
    expect((seen.length - before) / 2).toBeGreaterThan(18);
    expect((seen.length - before) / 2).toBeLessThan(36);
  });

  it("requests no frame without an active generation, or while the page is hidden", async () => {
    const { id } = server.submit();
    const { rerender, unmount } = openBar();
    await pass(1_000);
    expect(framesOf()).toBeGreaterThan(0);
    const isAtRest = async () => {
      await pass(100);
      vi.mocked(requestAnimationFrame).mockClear();
      await pass(1_000);
      return framesOf() === 0;
    };
    expect(await isAtRest()).toBe(false);
    turn("hidden");
    expect(await isAtRest()).toBe(true);
    turn("visible");
    expect(await isAtRest()).toBe(false);
    rerender({ isShown: false });
    expect(await isAtRest()).toBe(true);
    rerender({ isShown: true });
    expect(await isAtRest()).toBe(false);
    act(() => void server.complete(id));
    expect(await isAtRest()).toBe(true);
    act(() => void server.submit());
    expect(await isAtRest()).toBe(false);
    unmount();
    expect(await isAtRest()).toBe(true);
  });

  it("is up to date when the page is shown again", async () => {
    const { id } = server.submit();
    const { result } = openBar();
    await pass(1_000);
    act(() => void server.progress(id, 0.25, { etaMs: 6_000 }));
    await pass(100);
    turn("hidden");
    await pass(2_900);
    // The connection has changed at most once since.
    expect(result.current.value).toBeLessThan(0.3);
    turn("visible");
    await pass(20);
    expect(result.current.value).toBeCloseTo(1 - 0.75 * Math.exp(-0.5), 2);
  });

  it("moves only with updates under reduced motion", async () => {
    preferReducedMotion();
    const { id } = server.submit();
    const { result } = openBar();
    await pass(1_000);
    act(() => void server.progress(id, 0.25, { etaMs: 6_000 }));
    await pass(100);
    const { value } = result.current;
    expect(value).toBeCloseTo(0.25, 2);
    await pass(3_000);
    expect(result.current.value).toBe(value);
    act(() => void server.progress(id, 0.7, { etaMs: 2_000 }));
    await pass(100);
    expect(result.current.value).toBeCloseTo(0.7, 1);
    expect(framesOf()).toBe(0);
  });

  it("waits for the server's clock, also under reduced motion", async () => {
    preferReducedMotion();
    const id = estimatedGeneration(server, 0.2, { createdMs: -60_000, startedMs: -58_000, expectedMs: -8_000 });
    const release = server.stallNext("GET /active");
    const page = openPage(server);
    const { result } = renderHook(() => page.hooks.useProgress(page.hooks.useGeneration(id).generation), {
      wrapper: page.wrapper,
    });
    await pass(1_000);
    expect(result.current).toMatchObject({ value: 0.2, elapsedMs: 2_000 });
    release();
    await pass(1_000);
    expect(result.current.value).toBeGreaterThan(0.9);
    expect(Math.round((result.current.elapsedMs ?? 0) / 1_000)).toBe(61);
  });

  it("shows a generation that useGenerate submitted", async () => {
    const page = openPage(server);
    const { result } = renderHook(
      () => {
        const { generate, generation } = page.hooks.useGenerate({ model: "flux" });
        return { generate, progress: page.hooks.useProgress(generation) };
      },
      { wrapper: page.wrapper },
    );
    await pass(1_000);
    expect(result.current.progress.elapsedMs).toBeNull();
    act(() => result.current.generate({ prompt: "a lamp" }));
    await pass(2_000);
    expect(result.current.progress).toMatchObject({ value: null, source: "none" });
    expect(result.current.progress.elapsedMs).toBeGreaterThan(900);
  });
});

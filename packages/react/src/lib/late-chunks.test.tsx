import { act, renderHook, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { lateChunk } from "../../test/late-chunk.js";
import { preferReducedMotion } from "../../test/reduced-motion.js";
import { openPage } from "../../test/set-up.js";
import { systemNotifications } from "../../test/system-notifications.js";
import { liveModule, liveOf } from "./connection/live-of.js";
import { useConnection } from "./connection/use-connection.js";
import { noticesModule } from "./notices/notices-module.js";
import { progressModule } from "./progress/use-progress.js";

const settle = () => act(() => new Promise((resolve) => setImmediate(resolve)));

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a page whose live connection is not loaded yet", () => {
  it("shows active generations after one request, and is live without another", async () => {
    const live = lateChunk(liveModule);
    const { server, hooks, wrapper } = openPage();
    server.submit();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(result.current).toMatchObject({ count: 1, connection: "connecting" }));
    act(() => live.arrive());
    await waitFor(() => expect(result.current.connection).toBe("live"));
    act(() => void server.submit());
    await waitFor(() => expect(result.current.count).toBe(2));
    expect(server.received().filter(({ path }) => path === "/active")).toHaveLength(1);
  });

  it("requests active generations once under StrictMode, although the first mount ends at once", async () => {
    const { server, hooks, wrapper } = openPage();
    const respond = server.stallNext("GET /active", "response");
    lateChunk(liveModule);
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await settle();
    act(respond);
    await waitFor(() => expect(result.current.isSuccess).toBe(true));
    expect(server.received().map(({ path }) => path)).toEqual(["/active"]);
  });

  it("opens no connection for a component that was unmounted before", async () => {
    const live = lateChunk(liveModule);
    const { server, hooks, wrapper } = openPage();
    const { unmount } = renderHook(() => hooks.useCredits(), { wrapper });
    unmount();
    act(() => live.arrive());
    await settle();
    expect(server.received().filter(({ path }) => path.startsWith("/active"))).toEqual([]);
  });

  it("keeps seen generations hidden once it is loaded", async () => {
    const live = lateChunk(liveModule);
    const { server, hooks, wrapper } = openPage();
    server.complete(server.submit().id);
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(result.current.unseenCount).toBe(1));
    await act(() => result.current.markSeen());
    act(() => live.arrive());
    await waitFor(() => expect(result.current).toMatchObject({ unseenCount: 0, unseen: [] }));
  });

  it("refetches with a growing delay while its code cannot be loaded, and is live once it can", async () => {
    vi.useFakeTimers();
    const live = lateChunk(liveModule);
    live.failFirst(4);
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await act(() => vi.advanceTimersByTimeAsync(500));
    server.submit();
    await act(() => vi.advanceTimersByTimeAsync(1_500));
    expect(result.current).toMatchObject({ count: 1, connection: "connecting" });
    live.arrive();
    await act(() => vi.advanceTimersByTimeAsync(20_000));
    expect(result.current.connection).toBe("live");
    expect(live.attempts()).toBeLessThanOrEqual(6);
    expect(server.held).toBe(1);
  });
});

describe("a page whose server stops before the live connection is loaded", () => {
  it("is offline, and live once the server and the code are back", async () => {
    vi.useFakeTimers();
    const live = lateChunk(liveModule);
    live.failFirst(4);
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    server.offline();
    await act(() => vi.advanceTimersByTimeAsync(6_000));
    expect(result.current.connection).toBe("offline");
    server.online();
    live.arrive();
    await act(() => vi.advanceTimersByTimeAsync(30_000));
    expect(result.current.connection).toBe("live");
  });
});

describe("a page whose server stops responding while the live connection is loading", () => {
  it("is offline although the load does not fail, and live once its code arrives", async () => {
    vi.useFakeTimers();
    const live = lateChunk(liveModule);
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    server.offline();
    await act(() => vi.advanceTimersByTimeAsync(14_000));
    expect(result.current.connection).toBe("offline");
    expect(live.attempts()).toBe(1);
    server.online();
    live.arrive();
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    expect(result.current.connection).toBe("live");
  });

  it("refetches every ten seconds while the load is slow", async () => {
    vi.useFakeTimers();
    lateChunk(liveModule);
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await act(() => vi.advanceTimersByTimeAsync(35_000));
    expect(result.current.connection).toBe("connecting");
    expect(server.requestsTo("GET /active")).toHaveLength(4);
  });
});

describe("a page without a component that observes active generations, whose connection cannot be loaded", () => {
  type Page = ReturnType<typeof openPage>;
  const { useGenerate, useNotices } = {
    useGenerate: ({ hooks }: Page) => hooks.useGenerate({ model: "flux" }).connection,
    useNotices: ({ hooks, queryClient, client }: Page) => {
      hooks.useGenerationNotices({ onNotice: () => {} });
      return useConnection(liveOf(queryClient, client));
    },
  };

  it.each([
    ["useGenerate", useGenerate],
    ["useGenerationNotices", useNotices],
  ])("refetches with %s, is offline during an outage, and connecting after it", async (_name, useHook) => {
    vi.useFakeTimers();
    lateChunk(liveModule).failFirst(100);
    const page = openPage();
    const { server, wrapper } = page;
    const { result } = renderHook(() => useHook(page), { wrapper });
    const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
    await pass(4_000);
    expect(server.requestsTo("GET /active").length).toBeGreaterThan(1);
    expect(result.current).toBe("connecting");
    server.offline();
    await pass(40_000);
    expect(result.current).toBe("offline");
    server.online();
    await pass(40_000);
    expect(result.current).toBe("connecting");
  });
});

describe("many hooks whose code cannot be loaded", () => {
  it("load it again in one loop, with one refetch after each failure", async () => {
    vi.useFakeTimers();
    const live = lateChunk(liveModule);
    live.failFirst(100);
    const { server, hooks, wrapper } = openPage();
    const active = () => server.received().filter(({ path }) => path === "/active").length;
    renderHook(() => Array.from({ length: 10 }, () => hooks.useActiveGeneration()), { wrapper });
    for (let mounted = 0; mounted < 10; mounted += 1) {
      await act(() => vi.advanceTimersByTimeAsync(90));
      renderHook(() => hooks.useCredits(), { wrapper });
    }
    await act(() => vi.advanceTimersByTimeAsync(59_000));
    // At 0, 1, 3, 7, 15 and 31 seconds.
    expect(live.attempts()).toBe(6);
    expect(active()).toBeLessThanOrEqual(7);
  });
});

describe("a page whose code of progress is not loaded yet", () => {
  it("shows the reported progress at the server's time, and moves once it is loaded", async () => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "Date", "requestAnimationFrame", "cancelAnimationFrame"],
    });
    const progress = lateChunk(progressModule);
    const { server, hooks, wrapper } = openPage();
    const { id } = server.submit();
    server.progress(id, 0.25, { etaMs: 6_000 });
    const { result } = renderHook(() => hooks.useProgress(hooks.useActiveGeneration().generation), { wrapper });
    await act(() => vi.advanceTimersByTimeAsync(2_000));
    expect(result.current).toMatchObject({ value: 0.25, percent: 25, remainingMs: 6_000, source: "provider" });
    await act(() => {
      progress.arrive();
      return vi.advanceTimersByTimeAsync(100);
    });
    expect(result.current.value).toBeGreaterThan(0.4);
    expect(result.current.remainingMs).toBeLessThan(4_500);
    act(() => void server.complete(id));
    await act(() => vi.advanceTimersByTimeAsync(100));
    expect(result.current).toMatchObject({ value: 1, remainingMs: null });
  });

  it("moves although a re-render does not follow its arrival", async () => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "Date", "requestAnimationFrame", "cancelAnimationFrame"],
    });
    preferReducedMotion();
    const progress = lateChunk(progressModule);
    const { server, hooks, wrapper } = openPage();
    server.progress(server.submit().id, 0.25, { etaMs: 6_000 });
    const { result } = renderHook(() => hooks.useProgress(hooks.useActiveGeneration().generation), { wrapper });
    await act(() => vi.advanceTimersByTimeAsync(2_000));
    await act(async () => progress.arrive());
    expect(result.current.value).toBeGreaterThan(0.4);
  });
});

describe("a page whose code of notices is not loaded yet", () => {
  it("shows the permission that the user grants before it is loaded", async () => {
    const system = systemNotifications("default");
    const notices = lateChunk(noticesModule);
    const { hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useSystemNotices({ notice: () => null }), { wrapper });
    expect(result.current.permission).toBe("default");
    system.answer = "granted";
    expect(await result.current.request()).toBe("granted");
    act(() => notices.arrive());
    await waitFor(() => expect(result.current.permission).toBe("granted"));
  });

  it("decorates the title once it is loaded", async () => {
    document.title = "Studio";
    const notices = lateChunk(noticesModule);
    const { server, hooks, wrapper } = openPage();
    server.submit();
    const { unmount } = renderHook(() => hooks.useTitleBadge(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    expect(document.title).toBe("Studio");
    act(() => notices.arrive());
    await waitFor(() => expect(document.title).toBe("… Studio"));
    unmount();
    expect(document.title).toBe("Studio");
  });
});

import { act, renderHook, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { lateChunk } from "../../test/late-chunk.js";
import { openPage } from "../../test/set-up.js";
import { testServer } from "../../test/test-server.js";
import { liveModule } from "./connection/live-of.js";
import { createSafelightHooks } from "./hooks/create-safelight-hooks.js";
import { sessionModule } from "./submit/generate-commands.js";
import { createPendingSubmissions } from "./submit/pending-submissions.js";

const pending = () => createPendingSubmissions("safelight:/api/generations").list();
const settle = () => act(() => new Promise((resolve) => setImmediate(resolve)));
const submits = (server: ReturnType<typeof testServer>) => server.requestsTo("POST /");

beforeEach(() => sessionStorage.clear());
afterEach(() => void vi.useRealTimers());

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

describe("a click before the code that submits is loaded", () => {
  it("is recorded at once, and sent with its key once the code is loaded", async () => {
    const code = lateChunk(sessionModule);
    const { server, hooks, wrapper } = openPage();
    const onSubmitted = vi.fn();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux", onSubmitted }), { wrapper });
    act(() => result.current.generate({ prompt: "a lamp" }));
    expect(result.current).toMatchObject({ isSubmitting: true, submission: { input: { prompt: "a lamp" } } });
    const [recorded] = pending();
    expect(recorded).toMatchObject({ request: { model: "flux", input: { prompt: "a lamp" } }, isReported: false });
    await settle();
    expect(submits(server)).toEqual([]);
    act(() => code.arrive());
    await waitFor(() =>
      expect(result.current).toMatchObject({ isActive: true, isSubmitting: false, isResumed: false }),
    );
    expect(submits(server).map(({ idempotencyKey }) => idempotencyKey)).toEqual([recorded?.idempotencyKey]);
    expect(onSubmitted).toHaveBeenCalledTimes(1);
    expect(pending()).toEqual([]);
  });

  it("survives a reload before the code is loaded", async () => {
    const server = testServer();
    const code = lateChunk(sessionModule);
    const before = openPage(server);
    const first = renderHook(() => before.hooks.useGenerate({ model: "flux" }), { wrapper: before.wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    act(() => first.result.current.generate({ prompt: "a lamp" }));
    const [recorded] = pending();
    first.unmount();
    code.restore();
    const { hooks, wrapper } = openPage(server);
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(result.current).toMatchObject({ isActive: true, isResumed: true }));
    expect(submits(server).map(({ idempotencyKey }) => idempotencyKey)).toEqual([recorded?.idempotencyKey]);
  });

  it("survives a reload before any code is loaded, if the page has the owner's active generations", async () => {
    const server = testServer();
    const chunks = [lateChunk(liveModule), lateChunk(sessionModule)];
    const before = openPage(server);
    const first = renderHook(() => before.hooks.useGenerate({ model: "flux" }), { wrapper: before.wrapper });
    await waitFor(() => expect(before.queryClient.isFetching()).toBe(0));
    act(() => first.result.current.generate({ prompt: "a lamp" }));
    expect(pending()).toMatchObject([{ ownerTag: "owner-a" }]);
    first.unmount();
    for (const chunk of chunks) chunk.restore();
    const { hooks, wrapper } = openPage(server);
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(result.current).toMatchObject({ isActive: true, isResumed: true }));
    expect(submits(server)).toHaveLength(1);
  });

  it("is sent once the code that submits is loaded, also if that of the connection is not", async () => {
    lateChunk(liveModule);
    const code = lateChunk(sessionModule);
    const { server, hooks, wrapper, queryClient } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(queryClient.isFetching()).toBe(0));
    act(() => result.current.generate({ prompt: "a lamp" }));
    act(() => code.arrive());
    await waitFor(() => expect(result.current).toMatchObject({ isActive: true, error: null }));
    expect(submits(server)).toHaveLength(1);
  });

  it.each([
    [1_000, 1],
    [0, 2],
  ])("joins an equal one with a window of %i ms: two clicks send %i", async (doubleSubmitWindowMs, count) => {
    const code = lateChunk(sessionModule);
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux", doubleSubmitWindowMs }), { wrapper });
    act(() => result.current.generate({ prompt: "a lamp" }));
    act(() => result.current.generate({ prompt: "a lamp" }));
    act(() => code.arrive());
    await waitFor(() => expect(result.current.isActive).toBe(true));
    await waitFor(() => expect(pending()).toEqual([]));
    expect(submits(server)).toHaveLength(count);
    expect(server.active().generations).toHaveLength(count);
  });

  it("fails if the code cannot be loaded, and the next click uses its key", async () => {
    const code = lateChunk(sessionModule);
    code.failFirst(1);
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await act(() => result.current.generateAsync({ prompt: "a lamp" }).catch(() => {}));
    expect(result.current).toMatchObject({ isSubmitting: false, error: { code: "network" } });
    const [recorded] = pending();
    expect(recorded?.isReported).toBe(true);
    code.arrive();
    await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    expect(result.current).toMatchObject({ isActive: true, error: null });
    expect(submits(server).map(({ idempotencyKey }) => idempotencyKey)).toEqual([recorded?.idempotencyKey]);
  });

  it("is not sent after another user has signed in", async () => {
    const code = lateChunk(sessionModule);
    const { server, hooks, wrapper, queryClient } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    let refused: unknown;
    act(() => {
      result.current.generateAsync({ prompt: "a lamp" }).catch((error: unknown) => {
        refused = error;
      });
    });
    server.signIn("owner-b", { held: "kept" });
    act(() => queryClient.clear());
    await waitFor(() => expect(server.held).toBeGreaterThan(0));
    act(() => code.arrive());
    await waitFor(() => expect(refused).toMatchObject({ code: "unauthenticated" }));
    expect(submits(server)).toEqual([]);
    expect(pending()).toEqual([]);
  });

  it("can be canceled before it is sent", async () => {
    const code = lateChunk(sessionModule);
    const { hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    act(() => result.current.generate({ prompt: "a lamp" }));
    const canceled = await act(() => {
      const promise = result.current.cancel();
      code.arrive();
      return promise;
    });
    expect(canceled).toMatchObject({ status: "canceled" });
  });

  it("shows the active generation of the cache, and calls back for its end once the code is loaded", async () => {
    const code = lateChunk(sessionModule);
    const { server, hooks, wrapper } = openPage();
    const { id } = server.submit();
    const onCompleted = vi.fn();
    const active = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(active.result.current.count).toBe(1));
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux", onCompleted }), { wrapper });
    await waitFor(() => expect(result.current).toMatchObject({ isActive: true, isResumed: true }));
    await waitFor(() => expect(server.held).toBe(1));
    act(() => void server.complete(id));
    await settle();
    expect(onCompleted).not.toHaveBeenCalled();
    act(() => code.arrive());
    await waitFor(() => expect(onCompleted).toHaveBeenCalledTimes(1));
    expect(result.current.generation?.status).toBe("completed");
  });

  it("fails with the error of createId once the code is loaded", async () => {
    const code = lateChunk(sessionModule);
    const { client, wrapper } = openPage();
    const cause = new Error("no entropy");
    const createId = () => {
      throw cause;
    };
    const hooks = createSafelightHooks({ ...client, createId });
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    act(() => result.current.generate({ prompt: "a lamp" }));
    act(() => code.arrive());
    await waitFor(() => expect(result.current.error).toMatchObject({ code: "invalid_input", cause }));
    expect(result.current.isSubmitting).toBe(false);
    expect(pending()).toEqual([]);
  });

  it("can be retried and reset once the code is loaded", async () => {
    const code = lateChunk(sessionModule);
    code.failFirst(1);
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await act(() => result.current.generateAsync({ prompt: "a lamp" }).catch(() => {}));
    const retried = result.current.retry();
    act(() => code.arrive());
    await act(() => retried);
    expect(submits(server)).toHaveLength(1);
    expect(result.current.generation).not.toBeNull();
    act(() => result.current.reset());
    expect(result.current.generation).toBeNull();
  });
});

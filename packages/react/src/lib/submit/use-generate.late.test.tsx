import { act, renderHook, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { lateChunk } from "../../../test/late-chunk.js";
import { openPage } from "../../../test/set-up.js";
import { testServer } from "../../../test/test-server.js";
import { liveModule } from "../connection/live-of.js";
import { createSafelightHooks } from "../hooks/create-safelight-hooks.js";
import { sessionModule } from "./generate-commands.js";
import { createPendingSubmissions } from "./pending-submissions.js";

const pending = () => createPendingSubmissions("safelight:/api/generations").list();
const settle = () => act(() => new Promise((resolve) => setImmediate(resolve)));
const submits = (server: ReturnType<typeof testServer>) => server.requestsTo("POST /");

beforeEach(() => sessionStorage.clear());

describe("a click before the code that submits is loaded", () => {
  it("is recorded at once, and sent with its key once the code is loaded", async () => {
    const code = lateChunk(sessionModule);
    const { server, hooks, wrapper } = openPage();
    const onSubmitted = vi.fn();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux", onSubmitted }), { wrapper });
    act(() => result.current.generate({ prompt: "a lamp" }));
    expect(result.current).toMatchObject({ isSubmitting: true, submission: { input: { prompt: "a lamp" } } });
    const [recorded] = pending();
    expect(recorded).toMatchObject({ request: { model: "flux", input: { prompt: "a lamp" } }, hasFailed: false });
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

  it("is sent by its own component, although another one with the same model and scope waits for the code", async () => {
    const code = lateChunk(sessionModule);
    const { server, hooks, wrapper } = openPage();
    const [onSubmitted, onSubmittedByOther] = [vi.fn(), vi.fn()];
    const { result } = renderHook(
      () => [
        hooks.useGenerate({ model: "flux", onSubmitted }),
        hooks.useGenerate({ model: "flux", onSubmitted: onSubmittedByOther }),
      ],
      { wrapper },
    );
    await waitFor(() => expect(server.held).toBe(1));
    act(() => result.current[0]?.generate({ prompt: "a lamp" }));
    act(() => code.arrive());
    await waitFor(() => expect(result.current).toMatchObject([{ isActive: true }, { isActive: true }]));
    await settle();
    expect(onSubmitted).toHaveBeenCalledTimes(1);
    expect(onSubmittedByOther).not.toHaveBeenCalled();
    expect(result.current.map(({ isResumed }) => isResumed)).toEqual([false, true]);
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
    expect(recorded?.hasFailed).toBe(true);
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

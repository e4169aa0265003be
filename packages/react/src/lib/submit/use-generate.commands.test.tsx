import { act, renderHook, waitFor } from "@testing-library/react";
import { Activity } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openPage } from "../../../test/set-up.js";

const callbacks = () => ({ onSubmitted: vi.fn(), onCompleted: vi.fn(), onFailed: vi.fn(), onCanceled: vi.fn() });

describe("useGenerate: callbacks and commands", () => {
  beforeEach(() => sessionStorage.clear());
  afterEach(() => vi.restoreAllMocks());

  it("announces each end once, also of a generation that is no longer shown", async () => {
    const { server, hooks, wrapper } = openPage();
    const reported = callbacks();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux", ...reported }), { wrapper });
    const first = await act(() => result.current.generateAsync({ prompt: "one" }));
    const second = await act(() => result.current.generateAsync({ prompt: "two" }));
    act(() => void server.complete(first.id));
    act(() => void server.fail(second.id));
    await waitFor(() => expect(reported.onFailed).toHaveBeenCalledTimes(1));
    act(() => void server.markSeen(first.id));
    act(() => void server.markSeen(second.id));
    await waitFor(() => expect(result.current.generation?.seenAt).not.toBeNull());
    expect(reported.onCompleted).toHaveBeenCalledTimes(1);
    expect(reported.onCompleted).toHaveBeenCalledWith(expect.objectContaining({ id: first.id, status: "completed" }));
    expect(reported.onFailed).toHaveBeenCalledTimes(1);
    expect(reported.onFailed).toHaveBeenCalledWith(expect.objectContaining({ error: expect.anything() }));
    expect(reported.onSubmitted).toHaveBeenCalledTimes(2);
    expect(result.current.error).toBeNull();
  });

  it("announces nothing again if a submission joins one that has ended", async () => {
    const { server, hooks, wrapper } = openPage();
    const reported = callbacks();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux", ...reported }), { wrapper });
    const { id } = await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    act(() => void server.complete(id));
    await waitFor(() => expect(reported.onCompleted).toHaveBeenCalledTimes(1));
    await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    expect(result.current.generation).toMatchObject({ id, status: "completed" });
    expect(reported.onSubmitted).toHaveBeenCalledTimes(1);
    expect(reported.onCompleted).toHaveBeenCalledTimes(1);
  });

  it("announces changes while it was hidden when it is shown again", async () => {
    const { server, hooks, wrapper: Page } = openPage();
    const reported = callbacks();
    let mode: "visible" | "hidden" = "visible";
    const { result, rerender } = renderHook(() => hooks.useGenerate({ model: "flux", ...reported }), {
      wrapper: ({ children }) => (
        <Page>
          <Activity mode={mode}>{children}</Activity>
        </Page>
      ),
    });
    const open = server.stallNext("POST /");
    act(() => result.current.generate({ prompt: "a lamp" }));
    mode = "hidden";
    rerender();
    open();
    await waitFor(() => expect(server.active().generations).toHaveLength(1));
    for (const { id } of server.active().generations) server.complete(id);
    await waitFor(() => expect(server.held).toBe(1));
    expect(reported.onSubmitted).not.toHaveBeenCalled();
    mode = "visible";
    rerender();
    await waitFor(() => expect(reported.onCompleted).toHaveBeenCalledTimes(1));
    expect(reported.onSubmitted).toHaveBeenCalledTimes(1);
    expect(result.current).toMatchObject({ isSubmitting: false, generation: { status: "completed" } });
  });

  it("calls the callbacks of the last render", async () => {
    const { server, hooks, wrapper } = openPage();
    const [old, current] = [vi.fn(), vi.fn()];
    const { result, rerender } = renderHook(({ onCompleted }) => hooks.useGenerate({ model: "flux", onCompleted }), {
      wrapper,
      initialProps: { onCompleted: old },
    });
    const { id } = await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    rerender({ onCompleted: current });
    act(() => void server.complete(id));
    await waitFor(() => expect(current).toHaveBeenCalledTimes(1));
    expect(old).not.toHaveBeenCalled();
  });

  it("is not stopped by a callback that throws", async () => {
    const { server, hooks, wrapper } = openPage();
    const thrown: unknown[] = [];
    vi.spyOn(globalThis, "queueMicrotask").mockImplementation(
      (callback) =>
        void Promise.resolve()
          .then(callback)
          .catch((error) => thrown.push(error)),
    );
    const onCompleted = () => {
      throw new Error("the host's mistake");
    };
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux", onCompleted }), { wrapper });
    const { id } = await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    act(() => void server.complete(id));
    await waitFor(() => expect(thrown).toEqual([new Error("the host's mistake")]));
    act(() => void server.markSeen(id));
    await waitFor(() => expect(result.current.generation?.seenAt).not.toBeNull());
  });

  it("keeps its generation when its model changes, and submits to the new one", async () => {
    const { server, hooks, wrapper } = openPage();
    const onCompleted = vi.fn();
    const { result, rerender } = renderHook(
      ({ model }: { model: "flux" | "other" }) => hooks.useGenerate({ model, onCompleted }),
      { wrapper, initialProps: { model: "flux" } },
    );
    const { id } = await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    rerender({ model: "other" });
    act(() => void server.complete(id));
    await waitFor(() => expect(onCompleted).toHaveBeenCalledTimes(1));
    expect(result.current.generation).toMatchObject({ id, status: "completed" });
    expect(await act(() => result.current.generateAsync({ prompt: "a lamp" }))).toMatchObject({ model: "other" });
  });

  it("cancels the shown generation", async () => {
    const { hooks, server, wrapper } = openPage();
    const reported = callbacks();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux", ...reported }), { wrapper });
    await act(() => expect(result.current.cancel()).resolves.toBeNull());
    expect(server.requestsTo("POST /:id/cancel")).toEqual([]);
    await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    await act(() => result.current.cancel());
    await waitFor(() => expect(reported.onCanceled).toHaveBeenCalledTimes(1));
    expect(result.current.generation).toMatchObject({ status: "canceled", refundedCredits: 4 });
  });

  it("cancels a submission in flight as soon as it is accepted", async () => {
    const { hooks, server, wrapper } = openPage();
    const open = server.stallNext("POST /");
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    act(() => result.current.generate({ prompt: "a lamp" }));
    const canceled = await act(() => {
      const promise = result.current.cancel();
      open();
      return promise;
    });
    expect(canceled).toMatchObject({ status: "canceled" });
    expect(result.current.generation?.status).toBe("canceled");
  });

  it("retries a failed generation as a new one, once for two clicks", async () => {
    const { hooks, server, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    const { id } = await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    act(() => void server.fail(id));
    await waitFor(() => expect(result.current.generation?.status).toBe("failed"));
    const [again, twice] = await act(() => Promise.all([result.current.retry(), result.current.retry()]));
    expect(again).toMatchObject({ retryOf: id, status: "pending" });
    expect(twice).toEqual(again);
    expect(server.requestsTo(`POST /${id}/retry`)).toHaveLength(1);
    expect(server.requestsTo(`POST /${id}/retry`)[0]?.idempotencyKey).toEqual(expect.any(String));
    expect(result.current).toMatchObject({ generation: { id: again?.id }, submission: { retryOf: id, input: null } });
  });

  it("retries a refused submission with other fields", async () => {
    const { hooks, server, wrapper } = openPage();
    server.refuseNext("POST /", "content_blocked");
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await act(() => expect(result.current.retry()).resolves.toBeNull());
    await act(() => result.current.generateAsync({ prompt: "bad", steps: 4 }).catch(() => {}));
    await act(() => result.current.retry({ input: { prompt: "good" } }));
    expect(server.requestsTo("POST /")[1]?.json).toMatchObject({ input: { prompt: "good", steps: 4 } });
  });

  it("leaves no unhandled rejection if a failed command is not awaited", async () => {
    const { hooks, server, wrapper } = openPage();
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    const { id } = await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    server.refuseNext(`POST /${id}/cancel`, "not_found");
    // The first is not awaited. It has failed when the second is done.
    void result.current.cancel();
    await act(() => result.current.cancel());
    expect(unhandled).not.toHaveBeenCalled();
    process.off("unhandledRejection", unhandled);
  });

  it("shows no deleted generation", async () => {
    const { hooks, server, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    const { id } = await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    act(() => void server.complete(id));
    await waitFor(() => expect(result.current.generation?.status).toBe("completed"));
    act(() => server.delete(id));
    await waitFor(() => expect(result.current.generation).toBeNull());
  });

  it("stops following on reset and on unmount, and never cancels", async () => {
    const { hooks, server, wrapper } = openPage();
    const reported = callbacks();
    const { result, unmount } = renderHook(() => hooks.useGenerate({ model: "flux", ...reported }), { wrapper });
    const first = await act(() => result.current.generateAsync({ prompt: "one" }));
    act(() => result.current.reset());
    expect(result.current).toMatchObject({ generation: null, submission: null, isActive: false, error: null });
    const second = await act(() => result.current.generateAsync({ prompt: "two" }));
    act(() => void server.complete(first.id));
    await waitFor(() => expect(server.held).toBe(1));
    expect(reported.onCompleted).not.toHaveBeenCalled();
    unmount();
    act(() => void server.complete(second.id));
    expect(reported.onCompleted).not.toHaveBeenCalled();
    expect(server.received().filter(({ path }) => path.endsWith("/cancel"))).toEqual([]);
  });

  it("keeps its functions from render to render", async () => {
    const { hooks, wrapper } = openPage();
    const { result, rerender } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(result.current.isActive).toBe(false));
    const { generate, generateAsync, cancel, retry, reset } = result.current;
    rerender();
    expect(result.current).toMatchObject({ generate, generateAsync, cancel, retry, reset });
  });
});

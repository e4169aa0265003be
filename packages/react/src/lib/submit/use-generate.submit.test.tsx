import { createSafelightClient } from "@safelight/client";
import { onlineManager } from "@tanstack/react-query";
import { act, render, renderHook, waitFor } from "@testing-library/react";
import { useEffect } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type App, openPage } from "../../../test/set-up.js";
import { testServer } from "../../../test/test-server.js";
import { createSafelightHooks } from "../hooks/create-safelight-hooks.js";

describe("useGenerate: submitting", () => {
  beforeEach(() => sessionStorage.clear());
  afterEach(() => {
    onlineManager.setOnline(true);
    vi.useRealTimers();
  });

  it("shows a submission as it is accepted, runs and completes", async () => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    expect(result.current).toMatchObject({ generation: null, isSubmitting: false, isActive: false, submission: null });
    act(() => result.current.generate({ prompt: "a lamp" }));
    expect(result.current).toMatchObject({ isSubmitting: true, submission: { input: { prompt: "a lamp" } } });
    await waitFor(() =>
      expect(result.current).toMatchObject({ isSubmitting: false, isActive: true, isResumed: false }),
    );
    const id = result.current.generation?.id ?? "";
    act(() => void server.progress(id, 0.5));
    await waitFor(() => expect(result.current.generation?.progress.value).toBe(0.5));
    act(() => void server.complete(id));
    await waitFor(() => expect(result.current.generation?.status).toBe("completed"));
    expect(result.current.isActive).toBe(false);
  });

  it("resolves at acceptance, with a key that was recorded before it was sent", async () => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux", scope: "poster" }), { wrapper });
    let recorded: string | null = null;
    server.interceptNext("POST /", (_, serve) => {
      recorded = sessionStorage.getItem("safelight:/api/generations");
      return serve();
    });
    const accepted = await act(() =>
      result.current.generateAsync(
        { prompt: "a lamp" },
        { metadata: { from: "studio" }, notBefore: new Date(0), expiresAfterMs: 60_000 },
      ),
    );
    expect(accepted).toMatchObject({ status: "pending", scope: "poster" });
    const [request] = server.requestsTo("POST /");
    expect(request?.json).toEqual({
      model: "flux",
      input: { prompt: "a lamp" },
      scope: "poster",
      metadata: { from: "studio" },
      notBefore: "1970-01-01T00:00:00.000Z",
      expiresAfterMs: 60_000,
    });
    expect(recorded).toContain(`"idempotencyKey":"${request?.idempotencyKey}"`);
    expect(sessionStorage).toHaveLength(0);
  });

  it("submits once when an effect runs twice", async () => {
    const { server, hooks, wrapper } = openPage();
    const onSubmitted = vi.fn();
    let effects = 0;
    const { result } = renderHook(
      () => {
        const generate = hooks.useGenerate({ model: "flux", onSubmitted });
        // biome-ignore lint/correctness/useExhaustiveDependencies: once, as StrictMode understands it
        useEffect(() => {
          effects += 1;
          generate.generate({ prompt: "a lamp" });
        }, []);
        return generate;
      },
      { wrapper },
    );
    await waitFor(() => expect(result.current.isActive).toBe(true));
    expect(effects).toBe(2);
    expect(server.requestsTo("POST /")).toHaveLength(1);
    expect(onSubmitted).toHaveBeenCalledTimes(1);
  });

  it("joins an equal input within the window, and not after it", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { server, hooks, wrapper } = openPage();
    const onSubmitted = vi.fn();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux", onSubmitted }), { wrapper });
    const first = await act(() => result.current.generateAsync({ prompt: "a lamp", steps: 4 }));
    const second = await act(() => result.current.generateAsync({ steps: 4, prompt: "a lamp" }));
    expect(second.id).toBe(first.id);
    expect(result.current).toMatchObject({ generation: { id: first.id }, isSubmitting: false });
    const other = await act(() => result.current.generateAsync({ prompt: "another lamp", steps: 4 }));
    expect(other.id).not.toBe(first.id);
    vi.advanceTimersByTime(1_000);
    const later = await act(() => result.current.generateAsync({ prompt: "a lamp", steps: 4 }));
    expect(later.id).not.toBe(first.id);
    expect(server.requestsTo("POST /")).toHaveLength(3);
    expect(onSubmitted).toHaveBeenCalledTimes(3);
  });

  it("joins an equal input whose price became known in between", async () => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux", doubleSubmitWindowMs: 60_000 }), {
      wrapper,
    });
    const first = await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    const second = await act(() => result.current.generateAsync({ prompt: "a lamp" }, { expectedCredits: 4 }));
    expect(second.id).toBe(first.id);
    expect(server.requestsTo("POST /")).toHaveLength(1);
  });

  it("joins a submission in flight after any time", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { server, hooks, wrapper } = openPage();
    const open = server.stallNext("POST /");
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    act(() => result.current.generate({ prompt: "a lamp" }));
    vi.advanceTimersByTime(5_000);
    act(() => result.current.generate({ prompt: "a lamp" }));
    open();
    await waitFor(() => expect(result.current.isActive).toBe(true));
    expect(server.requestsTo("POST /")).toHaveLength(1);
  });

  it("shows a refusal, and uses a new key for the next click", async () => {
    const { server, hooks, wrapper } = openPage();
    server.refuseNext("POST /", "insufficient_credits");
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await act(() => expect(result.current.generateAsync({ prompt: "a lamp" })).rejects.toMatchObject({ status: 402 }));
    expect(result.current).toMatchObject({ error: { code: "insufficient_credits" }, generation: null });
    await act(() => result.current.retry());
    expect(result.current).toMatchObject({ error: null, isActive: true });
    const [refused, accepted] = server.requestsTo("POST /");
    expect(accepted?.json).toEqual(refused?.json);
    expect(accepted?.idempotencyKey).not.toBe(refused?.idempotencyKey);
  });

  it("finds an accepted generation whose response was lost when the user clicks again", async () => {
    const { server, hooks, wrapper } = openPage();
    for (let request = 0; request < 3; request += 1) server.loseNext("POST /", "response");
    vi.useFakeTimers();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    act(() => result.current.generate({ prompt: "a lamp", steps: 4 }));
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    expect(result.current.error?.code).toBe("network");
    await act(() => result.current.generateAsync({ steps: 4, prompt: "a lamp" }));
    expect(result.current).toMatchObject({ error: null, isActive: true });
    expect(new Set(server.requestsTo("POST /").map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(server.active().generations).toHaveLength(1);
  });

  it("sends at once also if the device reports being offline", async () => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    act(() => onlineManager.setOnline(false));
    server.refuseNext("POST /", "invalid_input");
    act(() => result.current.generate({ prompt: "a lamp" }));
    await waitFor(() =>
      expect(result.current).toMatchObject({ isSubmitting: false, error: { code: "invalid_input" } }),
    );
  });

  it("keeps its generation when the next submission is refused, and retries that one", async () => {
    const { server, hooks, wrapper } = openPage();
    const onCompleted = vi.fn();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux", onCompleted }), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    const { id } = await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    server.refuseNext("POST /", "too_many_active");
    await act(() => result.current.generateAsync({ prompt: "a chair" }).catch(() => {}));
    expect(result.current).toMatchObject({ error: { code: "too_many_active" }, generation: { id }, isActive: true });
    act(() => void server.complete(id));
    await waitFor(() => expect(result.current.generation?.status).toBe("completed"));
    const second = await act(() => result.current.retry());
    expect(second).toMatchObject({ input: { prompt: "a chair" }, retryOf: null });
    expect(result.current).toMatchObject({ error: null, generation: { id: second?.id }, isResumed: false });
    expect(onCompleted).toHaveBeenCalledTimes(1);
  });

  it("reports an error of the host's `createId`", async () => {
    const server = testServer();
    const cause = new Error("no entropy");
    const createId = () => {
      throw cause;
    };
    const hooks = createSafelightHooks(
      createSafelightClient<App>({ fetch: server.fetch, createId, baseUrl: "http://s" }),
    );
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper: openPage(server).wrapper });
    act(() => result.current.generate({ prompt: "a lamp" }));
    await waitFor(() => expect(result.current.error).toMatchObject({ code: "invalid_input", cause }));
    await expect(result.current.generateAsync({ prompt: "a lamp" })).rejects.toMatchObject({ cause });
    expect(server.requestsTo("POST /")).toEqual([]);
  });

  it("submits to the model of this very render, also from the effect of a child", async () => {
    const { server, hooks, wrapper } = openPage();
    const { rerender } = render(<Studio hooks={hooks} model="flux" />, { wrapper });
    rerender(<Studio hooks={hooks} model="other" />);
    await waitFor(() => expect(server.requestsTo("POST /")).toHaveLength(1));
    expect(server.requestsTo("POST /")[0]?.json).toMatchObject({ model: "other" });
  });
});

function Studio({ hooks, model }: Pick<ReturnType<typeof openPage>, "hooks"> & { model: "flux" | "other" }) {
  const { generate } = hooks.useGenerate({ model });
  return <Automatic generate={model === "other" ? generate : null} />;
}

function Automatic({ generate }: { generate: ((input: { prompt: string }) => void) | null }) {
  useEffect(() => generate?.({ prompt: "a lamp" }), [generate]);
  return null;
}

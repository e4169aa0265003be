import type { ActiveResponse } from "@safelight/client/contract";
import { act, renderHook, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openPage } from "../../../test/set-up.js";
import { testServer } from "../../../test/test-server.js";
import { toActiveData } from "../query/active-data.js";
import { safelightKeys } from "../query/safelight-keys.js";
import { createPendingSubmissions, type PendingSubmission } from "./pending-submissions.js";
import { recordedKeys } from "./record-submission.js";

const storageKey = "safelight:/api/generations";
const interrupted = (fields: Partial<PendingSubmission> = {}): PendingSubmission => ({
  request: { model: "flux", input: { prompt: "a lamp" } },
  idempotencyKey: "key-of-the-click",
  submittedAt: Date.now(),
  ownerTag: "owner-a",
  hasFailed: false,
  ...fields,
});

describe("useGenerate: resuming earlier work", () => {
  beforeEach(() => sessionStorage.clear());

  it("adopts the newest active generation of its model and scope, and announces its end once", async () => {
    const { server, hooks, wrapper } = openPage();
    server.submit("flux");
    const { id } = server.submit("flux");
    server.submit("other");
    server.submit("flux", { scope: "poster" });
    const [onSubmitted, onCompleted] = [vi.fn(), vi.fn()];
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux", onSubmitted, onCompleted }), { wrapper });
    await waitFor(() => expect(result.current).toMatchObject({ generation: { id }, isActive: true, isResumed: true }));
    await waitFor(() => expect(server.held).toBe(1));
    act(() => void server.complete(id));
    await waitFor(() => expect(onCompleted).toHaveBeenCalledTimes(1));
    expect(onSubmitted).not.toHaveBeenCalled();
    expect(server.requestsTo("GET /:id")).toEqual([]);
  });

  it("shows another owner no submission in flight, and joins none", async () => {
    const { server, hooks, wrapper } = openPage();
    const open = server.stallNext("POST /");
    const first = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    act(() => first.result.current.generate({ prompt: "a secret" }));
    await waitFor(() => expect(first.result.current.isSubmitting).toBe(true));

    act(() => server.signIn("owner-b"));
    await waitFor(() => expect(first.result.current.submission).toBeNull());
    const second = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    expect(second.result.current).toMatchObject({ isSubmitting: false, submission: null, generation: null });
    act(() => second.result.current.generate({ prompt: "a secret" }));
    await waitFor(() => expect(server.requestsTo("POST /")).toHaveLength(2));
    act(open);
  });

  it("shows a generation that came with the page in the first paint", () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    const { id } = server.submit("flux");
    const seeded: ActiveResponse = server.active();
    queryClient.setQueryData(safelightKeys.active(), toActiveData(seeded, null));
    const paints: (string | undefined)[] = [];
    renderHook(() => paints.push(hooks.useGenerate({ model: "flux" }).generation?.id), { wrapper });
    expect(new Set(paints)).toEqual(new Set([id]));
  });

  it("requests the active generations if the cache has removed them", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    renderHook(() => hooks.useCredits(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    queryClient.removeQueries({ queryKey: safelightKeys.active() });
    const { id } = server.submit("flux");
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(result.current.generation?.id).toBe(id));
  });

  it("adopts only a generation that is active when it is mounted", async () => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    act(() => void server.submit("flux"));
    const active = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(active.result.current.count).toBe(1));
    expect(result.current.generation).toBeNull();
  });

  it.each([1, 2])(
    "adopts a generation of another device that is newer than the cached data, the newest of %i",
    async (count) => {
      const { server, hooks, wrapper } = openPage();
      const other = renderHook(() => hooks.useCredits(), { wrapper });
      await waitFor(() => expect(server.held).toBe(1));
      other.unmount();
      await waitFor(() => expect(server.held).toBe(0));
      const ids = Array.from({ length: count }, () => server.submit("flux").id);
      const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
      await waitFor(() => expect(result.current).toMatchObject({ generation: { id: ids.at(-1) }, isResumed: true }));
      await waitFor(() => expect(server.held).toBe(1));
      act(() => void server.submit("flux"));
      await act(() => new Promise((resolve) => setTimeout(resolve, 50)));
      expect(result.current.generation?.id).toBe(ids.at(-1));
    },
  );

  it("adopts a generation of another device that is newer than the page", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    queryClient.setQueryData(safelightKeys.active(), toActiveData(server.active(), null));
    const { id } = server.submit("flux");
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(result.current).toMatchObject({ generation: { id }, isResumed: true }));
    expect(server.requestsTo("GET /active?after")).not.toEqual([]);
    expect(server.requestsTo("GET /active").filter(({ path }) => path === "/active")).toEqual([]);
  });

  it("keeps a generation that came with the page and has ended since, although an older one is active", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    server.submit("flux");
    const { id } = server.submit("flux");
    queryClient.setQueryData(safelightKeys.active(), toActiveData(server.active(), null));
    server.complete(id);
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(result.current.generation).toMatchObject({ id, status: "completed" }));
    await waitFor(() => expect(server.held).toBe(1));
    expect(result.current.generation?.id).toBe(id);
  });

  it("adopts nothing with `resume: false`", async () => {
    const { server, hooks, wrapper } = openPage();
    server.submit("flux");
    createPendingSubmissions(storageKey).put(interrupted());
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux", resume: false }), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    expect(result.current).toMatchObject({ generation: null, isSubmitting: false });
    expect(server.requestsTo("POST")).toEqual([]);
  });

  it("starts another session with another scope", async () => {
    const { server, hooks, wrapper } = openPage();
    const one = server.submit("flux", { scope: "avatar:1" });
    const two = server.submit("flux", { scope: "avatar:2" });
    const { result, rerender } = renderHook(({ scope }) => hooks.useGenerate({ model: "flux", scope }), {
      wrapper,
      initialProps: { scope: "avatar:1" },
    });
    await waitFor(() => expect(result.current.generation?.id).toBe(one.id));
    rerender({ scope: "avatar:2" });
    expect(result.current.generation?.id).toBe(two.id);
    rerender({ scope: "avatar:3" });
    expect(result.current).toMatchObject({ generation: null, isResumed: false });
  });

  it("sends an interrupted submission again with its key, once for all components", async () => {
    const { server, hooks, wrapper } = openPage();
    createPendingSubmissions(storageKey).put(interrupted());
    const onSubmitted = vi.fn();
    const [one, two] = [1, 2].map(() =>
      renderHook(() => hooks.useGenerate({ model: "flux", onSubmitted }), { wrapper }),
    );
    await waitFor(() => expect(one?.result.current).toMatchObject({ isActive: true, isResumed: true }));
    await waitFor(() => expect(two?.result.current.generation).toEqual(one?.result.current.generation));
    expect(server.requestsTo("POST /").map(({ idempotencyKey }) => idempotencyKey)).toEqual(["key-of-the-click"]);
    expect(onSubmitted).toHaveBeenCalledTimes(2);
    expect(one?.result.current.submission).toMatchObject({ idempotencyKey: "key-of-the-click" });
    expect(sessionStorage).toHaveLength(0);
  });

  it("creates no generation if the interrupted submission was accepted", async () => {
    const server = testServer();
    const before = openPage(server);
    const open = server.stallNext("POST /", "response");
    const first = renderHook(() => before.hooks.useGenerate({ model: "flux" }), { wrapper: before.wrapper });
    act(() => first.result.current.generate({ prompt: "a lamp" }));
    await waitFor(() => expect(server.active().generations).toHaveLength(1));
    // A reload: only the tab's storage remains.
    recordedKeys.clear();
    const { hooks, wrapper } = openPage(server);
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(result.current).toMatchObject({ isActive: true, isSubmitting: false, isResumed: true }));
    const keys = server.requestsTo("POST /").map(({ idempotencyKey }) => idempotencyKey);
    expect(keys).toEqual([keys[0], keys[0]]);
    expect(server.active().generations).toHaveLength(1);
    open();
  });

  it("joins a submission in flight when its component is mounted again", async () => {
    const { server, hooks, wrapper } = openPage();
    const open = server.stallNext("POST /");
    const gone = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    act(() => gone.result.current.generate({ prompt: "a lamp" }));
    gone.unmount();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(result.current).toMatchObject({ isSubmitting: true, isResumed: true }));
    open();
    await waitFor(() => expect(result.current.isActive).toBe(true));
    expect(server.requestsTo("POST /")).toHaveLength(1);
  });

  it.each([
    ["is too old", { submittedAt: Date.now() - 300_000 }],
    ["another owner made", { ownerTag: "owner-b" }],
    ["was reported as failed", { hasFailed: true }],
    ["has another scope", { request: { ...interrupted().request, scope: "poster" } }],
  ])("does not send a submission that %s", async (_why, fields) => {
    const { server, hooks, wrapper } = openPage();
    createPendingSubmissions(storageKey).put(interrupted(fields));
    renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    expect(server.requestsTo("POST")).toEqual([]);
  });

  it("reuses the key of a submission that was reported as failed when the user clicks again after a reload", async () => {
    const { server, hooks, wrapper } = openPage();
    createPendingSubmissions(storageKey).put(interrupted({ hasFailed: true }));
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    expect(server.requestsTo("POST /")[0]?.idempotencyKey).toBe("key-of-the-click");
  });
});

import { dehydrate, hydrate, QueryClient, type QueryPersister } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openPage } from "../../../test/set-up.js";
import { activeQueryOptions } from "../query/query-options.js";
import { createPendingSubmissions, type PendingSubmission } from "./pending-submissions.js";

/** The recorded submissions of this tab. */
const pending = () => createPendingSubmissions("safelight:/api/generations");
const interrupted = (fields: Partial<PendingSubmission> = {}): PendingSubmission => ({
  request: { model: "flux", input: { prompt: "a lamp" } },
  idempotencyKey: "key-of-the-click",
  submittedAt: Date.now(),
  ownerTag: "owner-a",
  hasFailed: false,
  ...fields,
});

describe("a submission and its owner", () => {
  beforeEach(() => sessionStorage.clear());
  afterEach(() => void vi.useRealTimers());

  it("is tagged with its owner once that is known", async () => {
    const { server, hooks, wrapper } = openPage();
    const open = server.stallNext("POST /");
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    act(() => result.current.generate({ prompt: "a lamp" }));
    expect(pending().list()).toMatchObject([{ ownerTag: null }]);
    await waitFor(() => expect(pending().list()).toMatchObject([{ ownerTag: "owner-a" }]));
    open();
    await waitFor(() => expect(result.current.isActive).toBe(true));
    expect(pending().list()).toEqual([]);
  });

  it("is dropped when the owner changes before it was tagged", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    const view = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    pending().put(interrupted({ ownerTag: null }));
    server.signIn("owner-b", { held: "kept" });
    act(() => queryClient.clear());
    await waitFor(() => expect(server.held).toBeGreaterThan(0));
    expect(pending().list()).toEqual([]);
    view.unmount();
    renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(server.held).toBeGreaterThan(0));
    expect(server.requestsTo("POST")).toEqual([]);
  });

  it.each(["owner-a", "owner-b"])(
    "is not sent again for %s if its page was left before the owner was known, and lends its key to the next click",
    async (owner) => {
      const { server, ...before } = openPage();
      // The page is gone before any response.
      server.stallNext("POST /");
      const release = ["GET /active", "GET /events"].map((request) => server.stallNext(request));
      const left = renderHook(() => before.hooks.useGenerate({ model: "flux" }), { wrapper: before.wrapper });
      act(() => left.result.current.generate({ prompt: "a lamp" }));
      await waitFor(() => expect(server.requestsTo("POST /")).toHaveLength(1));
      expect(pending().list()).toMatchObject([{ ownerTag: null }]);
      left.unmount();
      for (const open of release) open();
      server.signIn(owner, { held: "kept" });
      const { hooks, wrapper } = openPage(server);
      const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
      await waitFor(() => expect(server.held).toBe(1));
      expect(server.requestsTo("POST /")).toHaveLength(1);
      expect(result.current).toMatchObject({ isSubmitting: false, submission: null });
      await act(() => result.current.generateAsync({ prompt: "a lamp" }));
      const [first, second] = server.requestsTo("POST /");
      expect(second?.idempotencyKey).toBe(first?.idempotencyKey);
      expect(server.active().generations).toHaveLength(1);
    },
  );

  it("is not retried once another user is signed in, who would pay for it", async () => {
    vi.useFakeTimers();
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    server.loseNext("POST /");
    let refused: unknown;
    await act(async () => {
      result.current.generateAsync({ prompt: "a lamp" }).catch((error) => {
        refused = error;
      });
    });
    server.signIn("owner-b");
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    expect(refused).toMatchObject({ code: "unauthenticated" });
    expect(server.requestsTo("POST /")).toHaveLength(1);
    expect(result.current).toMatchObject({ submission: null, error: null, isSubmitting: false });
    expect(pending().list()).toEqual([]);
  });

  it("is refused when it is sent again, if the cookie has changed and no response has shown it yet", async () => {
    const { server, hooks, wrapper } = openPage();
    const { unmount } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    unmount();
    pending().put(interrupted());
    server.signIn("owner-b", { held: "kept" });
    const answer = server.stallNext("GET /active");
    renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(server.requestsTo("POST /")).toHaveLength(1));
    await waitFor(() => expect(pending().list()).toEqual([]));
    expect(server.balance).toBe(100);
    answer();
  });

  it.each(["everything was unmounted", "the server has refused the user"])(
    "is not sent again because of a response from before %s",
    async (then) => {
      const { server, hooks, wrapper } = openPage();
      const { result, unmount } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
      await waitFor(() => expect(server.held).toBe(1));
      if (then === "everything was unmounted") {
        unmount();
        await waitFor(() => expect(server.held).toBe(0));
      } else {
        act(() => server.signOut());
        await waitFor(() => expect(result.current.connection).toBe("signed-out"));
      }
      pending().put(interrupted());
      server.signIn("owner-b");
      renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
      await waitFor(() => expect(pending().list()).toEqual([]));
      expect(server.requestsTo("POST")).toEqual([]);
    },
  );

  it("does not lend its key to a click of another user", async () => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux", resume: false }), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    pending().put(interrupted({ ownerTag: "owner-b", hasFailed: true }));
    await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    expect(server.requestsTo("POST /")).toHaveLength(1);
    expect(server.requestsTo("POST /")[0]?.idempotencyKey).not.toBe("key-of-the-click");
  });

  it("is not sent again because of data that was kept from the owner's earlier visit", async () => {
    const { server, hooks, wrapper, queryClient, client } = openPage();
    const before = new QueryClient();
    await before.prefetchQuery(activeQueryOptions(client));
    pending().put(interrupted());
    server.signIn("owner-b", { held: "kept" });
    hydrate(queryClient, dehydrate(before));
    renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(pending().list()).toEqual([]));
    await waitFor(() => expect(server.held).toBe(1));
    expect(server.requestsTo("POST")).toEqual([]);
  });

  it.each([
    "set by hand",
    "set by hand after the owner was identified",
    "streamed with the page",
    "restored by a persister",
  ])("is not sent again because of data that is %s", async (way) => {
    const { server, client } = openPage();
    const { queryKey } = activeQueryOptions(client);
    const kept = { ...server.active(), serverOffsetMs: null };
    pending().put(interrupted());
    // A persister responds instead of the server if there is no data yet.
    const persister: QueryPersister = async (read, context, query) =>
      query.state.data === undefined && query.queryKey[2] === "active" ? kept : read(context);
    const { hooks, wrapper, queryClient } = openPage(
      server,
      new QueryClient(way === "restored by a persister" ? { defaultOptions: { queries: { persister } } } : {}),
    );
    if (way === "set by hand after the owner was identified") await queryClient.fetchQuery(activeQueryOptions(client));
    server.signIn("owner-b");
    const answers = [server.stallNext("GET /active"), server.stallNext("GET /active")];
    if (way === "streamed with the page") {
      const streamed = new QueryClient({ defaultOptions: { dehydrate: { shouldDehydrateQuery: () => true } } });
      void streamed.prefetchQuery({ queryKey, queryFn: async () => kept });
      hydrate(queryClient, dehydrate(streamed));
    }
    renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    if (way.startsWith("set")) act(() => void queryClient.setQueryData(queryKey, kept));
    await waitFor(() => expect(queryClient.getQueryData(queryKey)?.ownerTag).toBe("owner-a"));
    await act(() => new Promise((resolve) => setTimeout(resolve, 50)));
    expect(pending().list()).toHaveLength(1);
    for (const answer of answers) answer();
    await waitFor(() => expect(pending().list()).toEqual([]));
    expect(server.requestsTo("POST")).toEqual([]);
  });

  it("is sent again when the server confirms the owner of kept data", async () => {
    const { server, hooks, wrapper, queryClient, client } = openPage();
    const before = new QueryClient();
    await before.prefetchQuery(activeQueryOptions(client));
    pending().put(interrupted());
    hydrate(queryClient, dehydrate(before));
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(result.current).toMatchObject({ isActive: true, isResumed: true }));
    expect(server.requestsTo("POST").map(({ idempotencyKey }) => idempotencyKey)).toEqual(["key-of-the-click"]);
  });
});

describe("a submission of an unknown outcome", () => {
  beforeEach(() => sessionStorage.clear());
  afterEach(() => void vi.useRealTimers());

  it("is resolved once its generation is received, so that the next click is another action", async () => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    pending().put(interrupted({ hasFailed: true }));
    // An older one with the same input, one with another input, and its own.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 60_000 });
    server.submit();
    vi.useRealTimers();
    server.submit("flux", { input: { prompt: "another lamp" } });
    await waitFor(() => expect(server.held).toBe(1));
    expect(pending().list()).toHaveLength(1);
    act(() => void server.submit());
    await waitFor(() => expect(pending().list()).toEqual([]));
    await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    expect(server.requestsTo("POST /")[0]?.idempotencyKey).not.toBe("key-of-the-click");
  });

  it.each([408, 499])(
    "keeps its key after a %i of a gateway, which may respond after the server accepted",
    async (status) => {
      vi.useFakeTimers();
      const { server, hooks, wrapper } = openPage();
      const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
      await act(() => vi.advanceTimersByTimeAsync(1_000));
      for (let count = 0; count < 10; count += 1) server.interceptNext("POST /", () => new Response("", { status }));
      act(() => result.current.generate({ prompt: "a lamp" }));
      await act(() => vi.advanceTimersByTimeAsync(60_000));
      expect(result.current).toMatchObject({ isSubmitting: false, error: { status } });
      act(() => result.current.generate({ prompt: "a lamp" }));
      await act(() => vi.advanceTimersByTimeAsync(1_000));
      const keys = new Set(server.requestsTo("POST /").map(({ idempotencyKey }) => idempotencyKey));
      expect(keys.size).toBe(1);
    },
  );

  it("does not join a submission from before the clock was set back", async () => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 3_600_000 });
    await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    expect(server.requestsTo("POST /")).toHaveLength(2);
  });

  it("keeps the time of its first click, and is joined by a double click", async () => {
    const { server, hooks, wrapper } = openPage();
    const submittedAt = Date.now() - 200_000;
    pending().put(interrupted({ hasFailed: true, submittedAt }));
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    const first = await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    expect(result.current.submission).toMatchObject({ idempotencyKey: "key-of-the-click", submittedAt });
    const second = await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    expect(second.id).toBe(first.id);
    expect(server.requestsTo("POST /")).toHaveLength(1);
  });
});

describe("a submission that joins none", () => {
  beforeEach(() => sessionStorage.clear());

  it("is sent for each click if the window is 0, also while the previous one is in flight", async () => {
    const { server, hooks, wrapper } = openPage();
    const stalled = [server.stallNext("POST /"), server.stallNext("POST /")];
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux", doubleSubmitWindowMs: 0 }), { wrapper });
    act(() => result.current.generate({ prompt: "a lamp" }));
    act(() => result.current.generate({ prompt: "a lamp" }));
    await waitFor(() => expect(server.requestsTo("POST /")).toHaveLength(2));
    for (const release of stalled) release();
    await waitFor(() => expect(server.active().generations).toHaveLength(2));
    expect(new Set(server.requestsTo("POST /").map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
  });

  it("is refused if JSON cannot represent its input, as an error and not as an exception", async () => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    const circle: { prompt: string; self?: unknown } = { prompt: "a lamp" };
    circle.self = circle;
    act(() => result.current.generate(circle));
    await waitFor(() => expect(result.current.error?.code).toBe("invalid_input"));
    expect(server.requestsTo("POST")).toEqual([]);
    await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    expect(result.current).toMatchObject({ error: null, isActive: true });
  });
});

import { dehydrate, hydrate, QueryClient } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { closedGate } from "../../../test/gate.js";
import { openPage, openPageOf } from "../../../test/set-up.js";
import type { TestServer } from "../../../test/test-server.js";
import { activeQueryOptions, historyQueryOptions } from "../query/query-options.js";
import { safelightKeys } from "../query/safelight-keys.js";

const lists = (server: TestServer) => server.requestsTo("GET /");

describe("the live connection: recovery", () => {
  beforeEach(() => sessionStorage.clear());
  afterEach(() => void vi.useRealTimers());

  it("refetches in the background after a gap, and requests a generation once that is no longer active", async () => {
    const { server, hooks, wrapper } = openPage();
    const { id } = server.submit();
    const other = server.complete(server.submit("other").id);
    const lengths = new Set<number>();
    const { result } = renderHook(
      () => {
        const { generations } = hooks.useGenerationHistory();
        lengths.add(generations.length);
        return { generations, generate: hooks.useGenerate({ model: "flux" }) };
      },
      { wrapper },
    );
    await waitFor(() => expect(result.current).toMatchObject({ generations: [{}, {}], generate: { isActive: true } }));
    await waitFor(() => expect(server.held).toBe(1));
    lengths.clear();
    act(() => server.restoreBackup({ without: [id] }));
    await waitFor(() => expect(result.current.generations.map((generation) => generation.id)).toEqual([other.id]));
    await waitFor(() => expect(result.current.generate.generation).toBeNull());
    expect(server.requestsTo(`GET /${id}`)).toHaveLength(1);
    expect(lengths).not.toContain(0);
  });

  it("is offline once the request for active generations has timed out", async () => {
    vi.useFakeTimers();
    const { hooks, wrapper } = openPageOf({ fetch: () => new Promise<Response>(() => {}) });
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    while (result.current.status === "pending") await act(() => vi.advanceTimersByTimeAsync(1_000));
    expect(result.current).toMatchObject({ error: { code: "timeout" }, connection: "offline" });
  });

  it("refetches a history that is older than the known changes", async () => {
    const { server, hooks, wrapper, queryClient, client } = openPage();
    const { id } = server.submit();
    const before = new QueryClient();
    await before.prefetchInfiniteQuery(historyQueryOptions(client));
    server.complete(id);
    server.markSeen(id);
    hydrate(queryClient, dehydrate(before));
    const { result } = renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await waitFor(() => expect(result.current.generations).toMatchObject([{ id, status: "completed" }]));
    // The page now knows every change since the refetch, so it does not refetch again.
    const { length } = lists(server);
    await waitFor(() => expect(server.held).toBe(1));
    act(() => void server.submit());
    await waitFor(() => expect(result.current.generations).toHaveLength(2));
    expect(lists(server)).toHaveLength(length);
  });

  it("keeps a generation out of a list that is newer than the event of it", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    const { id } = server.submit();
    server.progress(id, 0.5);
    const { result } = renderHook(() => hooks.useGenerationHistory({ status: "processing" }), { wrapper });
    await waitFor(() => expect(result.current.generations).toHaveLength(1));
    await waitFor(() => expect(server.held).toBe(1));
    const open = server.stallNext("GET /active?after");
    server.releaseHeld();
    await waitFor(() => expect(server.held).toBe(0));
    server.complete(id);
    await act(() => queryClient.invalidateQueries({ queryKey: safelightKeys.histories() }));
    await waitFor(() => expect(result.current.isFetching).toBe(false));
    expect(result.current.generations).toEqual([]);
    act(open);
  });

  it("keeps cached data if a list responds before the events of a connection that started without one", async () => {
    vi.useFakeTimers();
    const { server, hooks, wrapper, queryClient, client } = openPage();
    const { queryKey } = historyQueryOptions(client);
    await queryClient.prefetchInfiniteQuery(historyQueryOptions(client));
    server.offline();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await act(() => vi.advanceTimersByTimeAsync(6_000));
    expect(result.current.connection).toBe("offline");
    server.online();
    void queryClient.refetchQueries({ queryKey: safelightKeys.active() });
    await act(() => vi.advanceTimersByTimeAsync(10));
    expect(result.current).toMatchObject({ isSuccess: true, connection: "offline" });
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    expect(result.current.connection).toBe("live");
    expect(queryClient.getQueryData(queryKey)).toBeDefined();
  });

  it("refetches everything when a user signs in after a 401", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    server.submit();
    server.signOut({ held: "kept" });
    const { result } = renderHook(
      () => [hooks.useActiveGeneration(), hooks.useGenerationHistory(), hooks.useCredits()],
      { wrapper },
    );
    await waitFor(() =>
      expect(result.current.map(({ error }) => error?.code)).toEqual(Array(3).fill("unauthenticated")),
    );
    server.signIn("owner-a", { held: "kept" });
    await act(() => queryClient.refetchQueries({ queryKey: safelightKeys.active() }));
    await waitFor(() => expect(result.current.map(({ status }) => status)).toEqual(Array(3).fill("success")));
  });

  it("reports not_found for a generation that was deleted during its request, without another request", async () => {
    const { server, hooks, wrapper } = openPage();
    const { id } = server.complete(server.submit().id);
    server.markSeen(id);
    renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    const { before, open } = closedGate();
    server.interceptNext(`GET /${id}`, async (_, serve) => {
      const answer = await serve();
      server.delete(id);
      await before;
      return answer;
    });
    const { result } = renderHook(() => hooks.useGeneration(id), { wrapper, reactStrictMode: false });
    await waitFor(() => expect(() => server.get(id)).toThrow("Unknown generation"));
    await waitFor(() => expect(server.held).toBe(1));
    await act(async () => open());
    await waitFor(() => expect(result.current).toMatchObject({ generation: null, error: { code: "not_found" } }));
  });

  it("continues after an exception in a listener of the cache", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    const { result } = renderHook(
      () => ({ ...hooks.useActiveGeneration(), history: hooks.useGenerationHistory().generations }),
      { wrapper },
    );
    await waitFor(() => expect(server.held).toBe(1));
    let isBroken = true;
    const unsubscribe = queryClient.getQueryCache().subscribe(() => {
      if (!isBroken) return;
      isBroken = false;
      throw new Error("an error of the host's listener");
    });
    act(() => void server.submit());
    await waitFor(() => expect(result.current).toMatchObject({ count: 1, history: [{}] }));
    act(() => void server.submit());
    await waitFor(() => expect(result.current).toMatchObject({ count: 2, history: [{}, {}], connection: "live" }));
    unsubscribe();
  });

  it("still detects another owner after an exception in a listener of the cache", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    const use = () => [hooks.useActiveGeneration().count, hooks.useGenerationHistory().generations.length];
    const { result } = renderHook(use, { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    const unsubscribe = queryClient.getQueryCache().subscribe(() => {
      unsubscribe();
      throw new Error("an error of the host's listener");
    });
    server.stallNext("GET /active?after");
    act(() => void server.submit());
    await waitFor(() => expect(result.current[0]).toBe(1));
    server.signIn("owner-b", { held: "kept" });
    await act(() => queryClient.invalidateQueries({ queryKey: safelightKeys.histories() }));
    await waitFor(() => expect(result.current).toEqual([0, 0]));
  });

  it("requests active generations at most three times if the responses have no owner", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    const { ownerTag: _, ...ownerless } = server.active();
    for (let request = 0; request < 3; request += 1) {
      server.interceptNext("GET /active", () => Response.json(ownerless));
    }
    // Data that a device stored while its clock was ahead seems fresh forever.
    queryClient.setQueryData(safelightKeys.active(), ownerless, { updatedAt: Date.now() + 3_600_000 });
    const fetchQuery = vi.spyOn(queryClient, "fetchQuery");
    const original = QueryClient.prototype.fetchQuery;
    fetchQuery.mockImplementation((...args) => {
      if (fetchQuery.mock.calls.length > 100) throw new Error("endless requests");
      return Reflect.apply(original, queryClient, args);
    });
    renderHook(() => hooks.useActiveGeneration(), { wrapper, reactStrictMode: false });
    await waitFor(() => expect(server.held).toBe(1));
    expect(fetchQuery.mock.calls.length).toBeLessThanOrEqual(3);
  });

  it("backs off while the events keep failing, and continues when they work again", async () => {
    vi.useFakeTimers();
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    for (let request = 0; request < 6; request += 1) {
      server.refuseNext("GET /active?after", "malformed_request");
    }
    const { length } = server.requestsTo("GET /active?after");
    server.submit();
    await act(() => vi.advanceTimersByTimeAsync(2_000));
    expect(server.requestsTo("GET /active?after").length - length).toBeLessThan(6);
    expect(result.current.connection).toBe("offline");
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    expect(result.current).toMatchObject({ count: 1, connection: "live" });
  });

  it("sends one request when the host fills the cache with data of another owner during a restart", async () => {
    vi.useFakeTimers();
    const { server, hooks, wrapper, queryClient, client } = openPage();
    const before = new QueryClient();
    await before.prefetchQuery(activeQueryOptions(client));
    server.signIn("owner-b", { held: "kept" });
    renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    act(() => queryClient.clear());
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    // The second restart waits half a second. The cache is filled in the same turn as its request.
    setTimeout(() => hydrate(queryClient, dehydrate(before)), 500);
    act(() => queryClient.clear());
    const asked = server.received().length;
    await act(() => vi.advanceTimersByTimeAsync(3_000));
    expect(
      server
        .received()
        .slice(asked)
        .filter(({ path }) => path === "/active"),
    ).toHaveLength(1);
    expect(server.held).toBe(1);
  });
});

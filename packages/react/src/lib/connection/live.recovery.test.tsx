import { dehydrate, hydrate, QueryClient } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { closedGate } from "../../../test/gate.js";
import { openPage, openPageOf } from "../../../test/set-up.js";
import type { TestServer } from "../../../test/test-server.js";
import { activeQueryOptions, historyQueryOptions } from "../query/query-options.js";
import { safelightKeys } from "../query/safelight-keys.js";

const lists = (server: TestServer) => server.requestsTo("GET /");

describe("the live connection: what was missed, and what went wrong", () => {
  beforeEach(() => sessionStorage.clear());
  afterEach(() => void vi.useRealTimers());

  it("reads again behind what is shown after a gap, and asks once for what is no longer active", async () => {
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

  it("is offline as soon as nobody answers what is active", async () => {
    vi.useFakeTimers();
    const { hooks, wrapper } = openPageOf({ fetch: () => new Promise<Response>(() => {}) });
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    while (result.current.status === "pending") await act(() => vi.advanceTimersByTimeAsync(1_000));
    expect(result.current).toMatchObject({ error: { code: "timeout" }, connection: "offline" });
  });

  it("reads a history again that came from a time before everything that is known", async () => {
    const { server, hooks, wrapper, queryClient, client } = openPage();
    const { id } = server.submit();
    const before = new QueryClient();
    await before.prefetchInfiniteQuery(historyQueryOptions(client));
    server.complete(id);
    server.markSeen(id);
    hydrate(queryClient, dehydrate(before));
    const { result } = renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await waitFor(() => expect(result.current.generations).toMatchObject([{ id, status: "completed" }]));
    // The same once more, now that this page knows the rest: it was read, and need not be.
    const { length } = lists(server);
    await waitFor(() => expect(server.held).toBe(1));
    act(() => void server.submit());
    await waitFor(() => expect(result.current.generations).toHaveLength(2));
    expect(lists(server)).toHaveLength(length);
  });

  it("brings no newer list back to what it had left out", async () => {
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

  it("reads all of it again when somebody signs in after a 401", async () => {
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

  it("ends a generation that was deleted while it was being read as not found, without asking again", async () => {
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

  it("goes on after an exception in whatever listens to the cache", async () => {
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
      throw new Error("a listener of the host's");
    });
    act(() => void server.submit());
    await waitFor(() => expect(result.current).toMatchObject({ count: 1, history: [{}] }));
    act(() => void server.submit());
    await waitFor(() => expect(result.current).toMatchObject({ count: 2, history: [{}, {}], connection: "live" }));
    unsubscribe();
  });

  it("hears the answers of others after an exception in whatever listens to the cache", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    const use = () => [hooks.useActiveGeneration().count, hooks.useGenerationHistory().generations.length];
    const { result } = renderHook(use, { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    const unsubscribe = queryClient.getQueryCache().subscribe(() => {
      unsubscribe();
      throw new Error("a listener of the host's");
    });
    server.stallNext("GET /active?after");
    act(() => void server.submit());
    await waitFor(() => expect(result.current[0]).toBe(1));
    server.signIn("owner-b", { held: "kept" });
    await act(() => queryClient.invalidateQueries({ queryKey: safelightKeys.histories() }));
    await waitFor(() => expect(result.current).toEqual([0, 0]));
  });

  it("asks no more than three times where an answer does not say whose it is", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    const { ownerTag: _, ...nobodys } = server.active();
    for (let request = 0; request < 3; request += 1) {
      server.interceptNext("GET /active", () => Response.json(nobodys));
    }
    // What was kept by a device whose clock was ahead seems to be fresh for ever.
    queryClient.setQueryData(safelightKeys.active(), nobodys, { updatedAt: Date.now() + 3_600_000 });
    const fetchQuery = vi.spyOn(queryClient, "fetchQuery");
    const original = QueryClient.prototype.fetchQuery;
    fetchQuery.mockImplementation((...args) => {
      if (fetchQuery.mock.calls.length > 100) throw new Error("it goes round in circles");
      return Reflect.apply(original, queryClient, args);
    });
    renderHook(() => hooks.useActiveGeneration(), { wrapper, reactStrictMode: false });
    await waitFor(() => expect(server.held).toBe(1));
    expect(fetchQuery.mock.calls.length).toBeLessThanOrEqual(3);
  });

  it("pauses longer and longer where the events end again and again, and goes on when they do not", async () => {
    vi.useFakeTimers();
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    for (let request = 0; request < 6; request += 1) {
      server.refuseNext("GET /active?after", "malformed_request");
    }
    server.submit();
    await act(() => vi.advanceTimersByTimeAsync(2_000));
    expect(server.requestsTo("GET /active?after").length).toBeLessThan(6);
    expect(result.current.connection).toBe("offline");
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    expect(result.current).toMatchObject({ count: 1, connection: "live" });
  });

  it("asks the server, and once, where the cache is filled for another owner meanwhile", async () => {
    vi.useFakeTimers();
    const { server, hooks, wrapper, queryClient, client } = openPage();
    const before = new QueryClient();
    await before.prefetchQuery(activeQueryOptions(client));
    server.signIn("owner-b", { held: "kept" });
    renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    act(() => queryClient.clear());
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    // The second time it begins anew after a pause of half a second: in the very turn in which it asks again.
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

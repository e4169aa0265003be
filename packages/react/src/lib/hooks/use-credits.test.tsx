import { createMockServer } from "@safelight/client/msw";
import { dehydrate, focusManager, hydrate, QueryClient } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { closedGate } from "../../../test/gate.js";
import { openPage, openPageOf } from "../../../test/set-up.js";
import { creditsQueryOptions } from "../query/query-options.js";
import { safelightKeys } from "../query/safelight-keys.js";

/** A page of a server that streams changes. */
function openStreamingPage() {
  const safelight = createMockServer({ credits: 100, models: { flux: { credits: 4 } } });
  const requested: string[] = [];
  const fetch = (request: Request) => {
    requested.push(new URL(request.url).pathname);
    return safelight.fetch(request);
  };
  const requestsTo = (path: string) => requested.filter((pathname) => pathname.endsWith(path)).length;
  return { safelight, requestsTo, ...openPageOf({ fetch }) };
}

describe("useCredits", () => {
  beforeEach(() => sessionStorage.clear());

  it("returns the balance and its ledger entries, newest first", async () => {
    const { server, hooks, wrapper } = openPage();
    server.submit();
    const { result } = renderHook(() => hooks.useCredits(), { wrapper });
    expect(result.current).toMatchObject({ balance: null, entries: [] });
    await waitFor(() => expect(result.current.balance).toBe(96));
    expect(result.current.entries.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["debit", -4],
      ["grant", 100],
    ]);
  });

  it("is current after a submission was accepted", async () => {
    const { hooks, wrapper } = openPage();
    const { result } = renderHook(
      () => ({ credits: hooks.useCredits(), generate: hooks.useGenerate({ model: "flux" }) }),
      { wrapper },
    );
    await waitFor(() => expect(result.current.credits.balance).toBe(100));
    await act(() => result.current.generate.generateAsync({ prompt: "a lamp" }));
    await waitFor(() => expect(result.current.credits.balance).toBe(96));
    expect(result.current.credits.entries.map(({ kind }) => kind)).toEqual(["debit", "grant"]);
  });

  it("is current after the client itself submits, also if it mounts before the event arrives", async () => {
    const { server, client, hooks, wrapper } = openPage();
    const { id } = server.submit();
    // The first response makes the connection live, and the second is held.
    server.interceptNext("GET /active?after", (_, serve) => serve());
    const open = server.stallNext("GET /active?after", "response");
    const { result, rerender } = renderHook(
      (shown) => ({ balance: hooks.useCredits().balance, generation: hooks.useGeneration(shown).generation }),
      { wrapper, initialProps: id },
    );
    await waitFor(() => expect(result.current.balance).toBe(96));
    await waitFor(() => expect(server.held).toBe(1));
    const { generation } = await client.retry(id);
    rerender(generation.id);
    await waitFor(() => expect(result.current.generation).toEqual(generation));
    open();
    await waitFor(() => expect(result.current.balance).toBe(92));
  });

  it("loads the balance again if its first load fails while the stream sends it", async () => {
    const { safelight, hooks, wrapper } = openStreamingPage();
    const { before, open } = closedGate();
    const fail = async () => {
      await before;
      return new Response("<h1>Restarting</h1>", { status: 500 });
    };
    // StrictMode aborts the first request.
    for (let tries = 0; tries < 2; tries += 1) safelight.interceptNext("GET /credits", fail);
    const { result } = renderHook(() => hooks.useCredits(), { wrapper });
    await waitFor(() => expect(safelight.held).toBe(1));
    await waitFor(() => expect(safelight.requestsTo("GET /credits")).toHaveLength(2));
    open();
    await waitFor(() => expect(result.current.balance).toBe(100));
  });

  it("loads the balance again if its first load failed before the stream sends it", async () => {
    const { safelight, hooks, wrapper } = openStreamingPage();
    const open = safelight.stallNext("GET /events");
    // StrictMode aborts the first request.
    for (let tries = 0; tries < 2; tries += 1) safelight.refuseNext("GET /credits", "internal");
    const { result } = renderHook(() => hooks.useCredits(), { wrapper });
    await waitFor(() => expect(result.current.error).not.toBeNull());
    open();
    await waitFor(() => expect(result.current.balance).toBe(100));
  });

  it("receives a grant of the host", async () => {
    const safelight = createMockServer({ credits: 20, models: { flux: { credits: 4 } } });
    const { hooks, wrapper } = openPageOf(safelight);
    const { result } = renderHook(() => hooks.useCredits(), { wrapper });
    await waitFor(() => expect(result.current.balance).toBe(20));
    await waitFor(() => expect(safelight.held).toBe(1));
    act(() => safelight.grantCredits(30));
    await waitFor(() => expect(result.current.balance).toBe(50));
  });

  it("is current after a refund, and after a submission of another device", async () => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useCredits(), { wrapper });
    await waitFor(() => expect(result.current.balance).toBe(100));
    await waitFor(() => expect(server.held).toBe(1));
    const { id } = server.submit();
    await waitFor(() => expect(result.current.balance).toBe(96));
    await waitFor(() => expect(server.held).toBe(1));
    act(() => void server.fail(id));
    await waitFor(() => expect(result.current.balance).toBe(100));
    expect(result.current.entries[0]).toMatchObject({ kind: "refund", generationId: id });
  });

  it("refetches once for all changes that arrive during a fetch", async () => {
    const { server, hooks, wrapper } = openPage();
    const ids = [server.submit().id, server.submit().id, server.submit().id];
    const { result } = renderHook(() => hooks.useCredits(), { wrapper });
    await waitFor(() => expect(result.current.balance).toBe(88));
    await waitFor(() => expect(server.held).toBe(1));
    const before = server.requestsTo("GET /credits").length;
    const release = server.stallNext("GET /credits", "response");
    for (const id of ids) {
      act(() => void server.fail(id));
      await waitFor(() => expect(server.requestsTo("GET /credits").length).toBeGreaterThan(before));
      await waitFor(() => expect(server.held).toBe(1));
    }
    expect(server.requestsTo("GET /credits")).toHaveLength(before + 1);
    release();
    await waitFor(() => expect(result.current.balance).toBe(100));
    expect(server.requestsTo("GET /credits")).toHaveLength(before + 2);
  });

  it("refetches when another tab that broadcasts its queries invalidates it", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    server.submit();
    const { result } = renderHook(() => [hooks.useActiveGeneration().count, hooks.useCredits().entries], { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    await waitFor(() => expect(result.current[1]).toHaveLength(2));
    const query = queryClient.getQueryCache().find({ queryKey: safelightKeys.credits() });
    act(() => query?.setState({ fetchStatus: "fetching" }));
    server.submit();
    await waitFor(() => expect(result.current[1]).toHaveLength(3));
  });

  it("is current without a request if only the balance is read and streamed", async () => {
    const { safelight, requestsTo, hooks, wrapper } = openStreamingPage();
    const { result } = renderHook(() => hooks.useCredits().balance, { wrapper });
    await waitFor(() => expect(result.current).toBe(100));
    await waitFor(() => expect(safelight.held).toBe(1));
    const requested = requestsTo("/credits");
    const { id } = safelight.queue("flux", { prompt: "a lamp" });
    await waitFor(() => expect(result.current).toBe(96));
    act(() => void safelight.fail(id));
    await waitFor(() => expect(result.current).toBe(100));
    expect(requestsTo("/credits")).toBe(requested);
  });

  it("refetches once if the streamed balance arrives during the first fetch", async () => {
    const safelight = createMockServer({ credits: 100, models: { flux: { credits: 4 } } });
    const { before, open } = closedGate();
    let requested = 0;
    const { hooks, wrapper } = openPageOf({
      async fetch(request: Request) {
        const response = await safelight.fetch(request);
        if (!new URL(request.url).pathname.endsWith("/credits")) return response;
        requested += 1;
        if (requested === 1) await before;
        return response;
      },
    });
    const { result } = renderHook(() => [hooks.useCredits().balance, hooks.useActiveGeneration().count], { wrapper });
    await waitFor(() => expect([safelight.held, requested]).toEqual([1, 1]));
    safelight.queue("flux", { prompt: "a lamp" });
    safelight.queue("flux", { prompt: "a lamp" });
    await waitFor(() => expect(result.current).toEqual([null, 2]));
    open();
    await waitFor(() => expect(result.current).toEqual([92, 2]));
    expect(requested).toBe(2);
  });

  it.each(["entries", "data"] as const)("refetches if %s is read", async (member) => {
    const { safelight, hooks, wrapper } = openStreamingPage();
    const { result } = renderHook(() => JSON.stringify(hooks.useCredits()[member]), { wrapper });
    await waitFor(() => expect(result.current).toContain("[]"));
    await waitFor(() => expect(safelight.held).toBe(1));
    safelight.queue("flux", { prompt: "a lamp" });
    await waitFor(() => expect(result.current).toContain("debit"));
  });

  it("shows entries of changes that preceded the first read of the entries", async () => {
    const { safelight, requestsTo, hooks, wrapper } = openStreamingPage();
    const { result, rerender } = renderHook(
      ({ isWhole }) => {
        const credits = hooks.useCredits();
        return { balance: credits.balance, kinds: isWhole ? credits.entries.map(({ kind }) => kind) : null };
      },
      { wrapper, initialProps: { isWhole: false } },
    );
    await waitFor(() => expect(result.current.balance).toBe(100));
    await waitFor(() => expect(safelight.held).toBe(1));
    const requested = requestsTo("/credits");
    safelight.queue("flux", { prompt: "a lamp" });
    await waitFor(() => expect(result.current.balance).toBe(96));
    expect(requestsTo("/credits")).toBe(requested);
    rerender({ isWhole: true });
    await waitFor(() => expect(result.current.kinds).toEqual(["debit", "grant"]));
  });

  it("refetches once the balance is no longer streamed", async () => {
    const { safelight, requestsTo, hooks, wrapper } = openStreamingPage();
    const { result } = renderHook(() => hooks.useCredits().balance, { wrapper });
    await waitFor(() => expect(result.current).toBe(100));
    await waitFor(() => expect(safelight.held).toBe(1));
    const requested = requestsTo("/credits");
    vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    act(() => void document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
    await waitFor(() => expect(requestsTo("/credits")).toBe(requested + 1));
    vi.restoreAllMocks();
  });

  it("is never that of another owner, and detects the owner who is signed in", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    server.submit();
    const { result } = renderHook(
      () => ({ credits: hooks.useCredits(), generations: hooks.useGenerationHistory().generations }),
      { wrapper },
    );
    await waitFor(() => expect(result.current).toMatchObject({ credits: { balance: 96 }, generations: [{}] }));
    await waitFor(() => expect(server.held).toBe(1));
    // The events are held back, so that only this response has the owner.
    const open = server.stallNext("GET /active?after");
    server.releaseHeld();
    await waitFor(() => expect(server.held).toBe(0));
    server.signIn("owner-b", { held: "kept" });
    await act(() => queryClient.invalidateQueries({ queryKey: safelightKeys.credits() }));
    await waitFor(() => expect(result.current).toMatchObject({ credits: { balance: 100 }, generations: [] }));
    open();
  });

  it("ignores data that was restored from an earlier visit", async () => {
    const { server, hooks, wrapper, queryClient, client } = openPage();
    server.submit();
    const visit = new QueryClient();
    await visit.prefetchInfiniteQuery(creditsQueryOptions(client));
    server.signIn("owner-b", { held: "kept" });
    renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    hydrate(queryClient, dehydrate(visit));
    const { result } = renderHook(() => hooks.useCredits(), { wrapper });
    await waitFor(() => expect(result.current.balance).toBe(100));
  });

  it("does not refetch for progress, nor once for each of several finished generations", async () => {
    const { server, hooks, wrapper } = openPage();
    const ids = [1, 2, 3, 4, 5].map(() => server.submit().id);
    const { result } = renderHook(() => hooks.useCredits(), { wrapper });
    await waitFor(() => expect(result.current.balance).toBe(80));
    await waitFor(() => expect(server.held).toBe(1));
    const read = server.requestsTo("GET /credits").length;
    for (const id of ids) server.progress(id, 0.5);
    await waitFor(() => expect(server.held).toBe(1));
    expect(server.requestsTo("GET /credits")).toHaveLength(read);
    for (const id of ids) server.fail(id);
    await waitFor(() => expect(result.current.balance).toBe(100));
    expect(server.requestsTo("GET /credits").length - read).toBeLessThanOrEqual(2);
  });
});

describe("useCredits: changes without a generation", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    focusManager.setFocused(undefined);
    vi.useRealTimers();
  });

  it("receives a grant when the page becomes visible again, half a minute later", async () => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useCredits().balance, { wrapper });
    const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
    const lookAgain = () => {
      focusManager.setFocused(false);
      focusManager.setFocused(true);
    };
    await pass(1_000);
    expect(result.current).toBe(100);
    server.grantCredits(50);
    act(lookAgain);
    await pass(1_000);
    expect(result.current).toBe(100);
    await pass(30_000);
    act(lookAgain);
    await pass(1_000);
    expect(result.current).toBe(150);
  });
});

import { dehydrate, hashKey, hydrate, QueryClient, type QueryPersister } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { openPage } from "../../test/set-up.js";
import { type TestServer, testServer } from "../../test/test-server.js";
import { activeQueryOptions, historyQueryOptions } from "./query/query-options.js";
import { safelightKeys } from "./query/safelight-keys.js";

/** A page that shows the one generation of its owner in every hook. */
async function openPageOfOne() {
  const page = openPage();
  const { server, hooks, wrapper } = page;
  const { id } = server.submit();
  const shown: unknown[] = [];
  const use = () => {
    const { generations } = hooks.useGenerationHistory();
    const one = hooks.useGeneration(id).generation;
    const generate = hooks.useGenerate({ model: "flux" });
    const active = hooks.useActiveGeneration().generation;
    shown.push([...generations, one, generate.generation, active].map((of) => of?.id));
    return generate;
  };
  const view = renderHook(use, { wrapper });
  await waitFor(() => expect(shown.at(-1)).toEqual([id, id, id, id]));
  await waitFor(() => expect(server.held).toBe(1));
  shown.length = 0;
  return { ...page, ...view, id, shown };
}

const blank = [undefined, undefined, undefined];

/** Stalls the responses to the next requests, or to the next request of a kind. */
function stall(server: TestServer, request?: string): () => void {
  const all = Array.from({ length: request === undefined ? 20 : 1 }, () => server.stallNext(request ?? "GET"));
  return () => {
    for (const release of all) release();
  };
}

describe("another owner", () => {
  beforeEach(() => sessionStorage.clear());

  it("sees no data of the previous owner after the host cleared the cache, before the server has identified the owner", async () => {
    const { server, queryClient, id, shown } = await openPageOfOne();
    const open = stall(server);
    server.signIn("owner-b", { held: "kept" });
    act(() => queryClient.clear());
    await waitFor(() => expect(shown.at(-1)).toEqual(blank));
    const own = server.submit();
    await act(async () => open());
    await waitFor(() => expect(shown.at(-1)).toContain(own.id));
    expect(shown.flat()).not.toContain(id);
  });

  it("sees no data of the previous owner after the active query was removed, also while no hook was mounted", async () => {
    const { server, queryClient, hooks, wrapper, unmount } = await openPageOfOne();
    unmount();
    await waitFor(() => expect(server.held).toBe(0));
    const open = stall(server);
    server.signIn("owner-b", { held: "kept" });
    queryClient.removeQueries({ queryKey: safelightKeys.active() });
    const { result } = renderHook(() => hooks.useGenerationHistory().generations, { wrapper });
    await waitFor(() => expect(result.current).toEqual([]));
    open();
  });

  it("sees no remembered data of the previous owner if the cache was cleared while no hook was mounted", async () => {
    const { server, queryClient, hooks, wrapper, unmount, id } = await openPageOfOne();
    unmount();
    await waitFor(() => expect(server.held).toBe(0));
    server.signIn("owner-b", { held: "kept" });
    queryClient.clear();
    const paints: unknown[] = [];
    const use = () => {
      const { generation, error } = hooks.useGeneration(id);
      paints.push(error?.code ?? generation);
    };
    renderHook(use, { wrapper });
    await waitFor(() => expect(paints.at(-1)).toBe("not_found"));
    expect(new Set(paints)).toEqual(new Set([null, "not_found"]));
  });

  it("sees no data of the previous owner on a page that shows only the history", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    server.submit();
    const { result } = renderHook(() => hooks.useGenerationHistory().generations, { wrapper });
    await waitFor(() => expect(result.current).toHaveLength(1));
    await waitFor(() => expect(server.held).toBe(1));
    server.signIn("owner-b", { held: "kept" });
    act(() => queryClient.clear());
    await waitFor(() => expect(result.current).toEqual([]));
  });

  it.each([
    ["the history", safelightKeys.histories()],
    ["a generation", safelightKeys.generations()],
  ])("is detected by the response for %s alone", async (_what, queryKey) => {
    const { server, queryClient, id, shown } = await openPageOfOne();
    // The events are held back, so that only this response has the owner.
    stall(server, "GET /active?after");
    server.releaseHeld();
    await waitFor(() => expect(server.held).toBe(0));
    server.signIn("owner-b", { held: "kept" });
    const other = server.submit("other");
    // As if the generation were transferred to the other owner, who has signed in.
    server.interceptNext(`GET /${id}`, () => Response.json({ generation: { ...other, id } }));
    await act(() => queryClient.invalidateQueries({ queryKey }));
    await waitFor(() => expect(JSON.stringify(shown.at(-1))).toContain(other.id));
    const cached = queryClient.getQueryCache().getAll();
    await waitFor(() => expect(JSON.stringify(cached.map(({ state }) => state.data))).not.toContain("owner-a"));
  });

  it("is shown no data that was restored from a visit of the previous owner", async () => {
    const { server, hooks, wrapper, queryClient, client } = openPage();
    server.submit();
    const before = new QueryClient();
    await before.prefetchInfiniteQuery(historyQueryOptions(client));
    server.signIn("owner-b", { held: "kept" });
    const own = server.submit();
    renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    hydrate(queryClient, dehydrate(before));
    const { result } = renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await waitFor(() => expect(result.current.generations.map(({ id }) => id)).toEqual([own.id]));
    await waitFor(() => expect(JSON.stringify(result.current.data)).not.toContain("owner-a"));
  });

  it("is not assumed to be signed in because of data that was restored from a visit", async () => {
    const { server, hooks, wrapper, queryClient, client } = openPage();
    const before = new QueryClient();
    await before.prefetchQuery(activeQueryOptions(client));
    server.signIn("owner-b", { held: "kept" });
    const own = server.submit();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    const counts: number[] = [];
    const unsubscribe = queryClient.getQueryCache().subscribe(() => counts.push(result.current.count));
    const state = dehydrate(before);
    for (const query of state.queries) query.state.dataUpdatedAt = Date.now() + 1_000;
    act(() => hydrate(queryClient, state));
    await waitFor(() => expect(result.current.generation?.id).toBe(own.id));
    unsubscribe();
    expect(server.longPolls()).toHaveLength(1);
  });

  it("does not receive a late response to a command of the previous owner", async () => {
    const { server, result, id, shown } = await openPageOfOne();
    const open = server.stallNext("POST /:id/cancel", "response");
    let canceled: Promise<unknown> = Promise.resolve();
    act(() => {
      canceled = result.current.cancel();
    });
    await waitFor(() => expect(server.requestsTo("POST /:id/cancel")).toHaveLength(1));
    act(() => server.signIn("owner-b"));
    await waitFor(() => expect(shown.at(-1)).toEqual(blank));
    await waitFor(() => expect(server.held).toBe(1));
    const requested = server.received().length;
    open();
    await act(() => canceled);
    expect(shown.at(-1)).toEqual(blank);
    expect(shown.slice(shown.findIndex((ids) => !JSON.stringify(ids).includes(id))).flat()).not.toContain(id);
    expect(server.received()).toHaveLength(requested);
  });

  it("refetches, with a growing delay, if a persister restores data of the previous owner", async () => {
    const server = testServer();
    server.submit();
    const { client } = openPage(server);
    const { queryKey } = historyQueryOptions(client);
    const kept = { pages: [await client.list()], pageParams: [null] };
    server.signIn("owner-b");
    let restored = 0;
    const persister: QueryPersister = async (read, context, query) => {
      if (query.state.data !== undefined || hashKey(query.queryKey) !== hashKey(queryKey)) return read(context);
      restored += 1;
      return kept;
    };
    const { hooks, wrapper } = openPage(server, new QueryClient({ defaultOptions: { queries: { persister } } }));
    const { result } = renderHook(() => [hooks.useActiveGeneration(), hooks.useGenerationHistory()] as const, {
      wrapper,
    });
    await waitFor(() => expect(result.current[1].data?.pages[0]?.ownerTag).toBe("owner-b"));
    expect(restored).toBeLessThan(5);
  });

  it("does not pay for a click on the page of the previous owner, and is detected by its refusal", async () => {
    const { server, result, id, shown } = await openPageOfOne();
    stall(server, "GET /active?after");
    server.releaseHeld();
    await waitFor(() => expect(server.held).toBe(0));
    server.signIn("owner-b", { held: "kept" });
    await act(async () => {
      const refused = result.current.generateAsync({ prompt: "another lamp" });
      await expect(refused).rejects.toMatchObject({ code: "unauthenticated" });
    });
    await waitFor(() => expect(shown.at(-1)).toEqual(blank));
    expect(server.balance).toBe(100);
    const own = await act(() => result.current.generateAsync({ prompt: "another lamp" }));
    await waitFor(() => expect(shown.at(-1)).toEqual([own.id, undefined, own.id, own.id]));
    expect(shown.filter((ids) => JSON.stringify(ids).includes(own.id)).flat()).not.toContain(id);
  });
});

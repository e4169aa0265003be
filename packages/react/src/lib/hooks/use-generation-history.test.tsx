import { dehydrate, hydrate, QueryClient } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { closedGate } from "../../../test/gate.js";
import { openPage } from "../../../test/set-up.js";
import type { TestServer } from "../../../test/test-server.js";
import { historyQueryOptions } from "../query/query-options.js";
import { safelightKeys } from "../query/safelight-keys.js";

const lists = (server: TestServer) => server.requestsTo("GET /");

describe("useGenerationHistory", () => {
  it("lists pages, newest first", async () => {
    const { server, hooks, wrapper } = openPage();
    const ids = [1, 2, 3].map(() => server.submit().id).reverse();
    const { result } = renderHook(() => hooks.useGenerationHistory({ limit: 2 }), { wrapper });
    await waitFor(() => expect(result.current.generations.map(({ id }) => id)).toEqual(ids.slice(0, 2)));
    expect(result.current.hasNextPage).toBe(true);
    act(() => void result.current.fetchNextPage());
    await waitFor(() => expect(result.current.generations.map(({ id }) => id)).toEqual(ids));
    expect(result.current.hasNextPage).toBe(false);
  });

  it("merges submitted, changed and deleted generations without refetching", async () => {
    const { server, hooks, wrapper } = openPage();
    const old = server.submit();
    const { result } = renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    await waitFor(() => expect(result.current.generations).toHaveLength(1));
    const read = lists(server).length;
    const { id } = server.submit();
    server.progress(id, 0.5);
    await waitFor(() =>
      expect(result.current.generations.map(({ status }) => status)).toEqual(["processing", "pending"]),
    );
    act(() => void server.complete(id));
    await waitFor(() => expect(result.current.generations[0]).toMatchObject({ id, status: "completed" }));
    act(() => server.delete(id));
    await waitFor(() => expect(result.current.generations.map((generation) => generation.id)).toEqual([old.id]));
    expect(lists(server)).toHaveLength(read);
  });

  it("applies its filter as generations change", async () => {
    const { server, hooks, wrapper } = openPage();
    const { id } = server.submit("flux");
    const pending = renderHook(() => hooks.useGenerationHistory({ status: "pending", model: "flux" }), {
      wrapper,
    }).result;
    const failed = renderHook(() => hooks.useGenerationHistory({ status: "failed" }), { wrapper }).result;
    await waitFor(() => expect(pending.current.generations).toHaveLength(1));
    await waitFor(() => expect(server.held).toBe(1));
    server.submit("other");
    act(() => void server.fail(id));
    await waitFor(() => expect(failed.current.generations.map((generation) => generation.id)).toEqual([id]));
    expect(pending.current.generations).toEqual([]);
  });

  it("shows a change that happened during the fetch of a page", async () => {
    const { server, hooks, wrapper } = openPage();
    const { id } = server.submit();
    const { result } = renderHook(
      () => {
        const { generations, isFetching, refetch } = hooks.useGenerationHistory();
        return { generations, isFetching, refetch };
      },
      { wrapper },
    );
    await waitFor(() => expect(result.current.generations).toHaveLength(1));
    await waitFor(() => expect(server.held).toBe(1));
    const open = server.stallNext("GET /", "response");
    act(() => void result.current.refetch());
    // Changes from here on are not in the response, which is still in flight.
    await waitFor(() => expect(lists(server)).toHaveLength(2));
    server.complete(id);
    const later = server.submit();
    await waitFor(() => expect(result.current.generations[0]?.id).toBe(later.id));
    act(open);
    await waitFor(() => expect(result.current.isFetching).toBe(false));
    expect(result.current.generations).toMatchObject([{ id: later.id }, { id, status: "completed" }]);
  });

  it("updates a page that was prefetched earlier", async () => {
    const { server, hooks, wrapper, queryClient, client } = openPage();
    const { id } = server.submit();
    const onServer = new QueryClient();
    await onServer.prefetchInfiniteQuery(historyQueryOptions(client));
    renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    act(() => void server.complete(id));
    await waitFor(() => expect(queryClient.getQueryData(safelightKeys.active())).toMatchObject({ generations: [] }));
    hydrate(queryClient, dehydrate(onServer));
    const { result } = renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await waitFor(() => expect(result.current.generations).toMatchObject([{ id, status: "completed" }]));
  });

  it("does not restore a generation that was deleted during the fetch", async () => {
    const { server, hooks, wrapper } = openPage();
    const { id } = server.complete(server.submit().id);
    const { result } = renderHook(
      () => {
        const { generations, isFetching, refetch } = hooks.useGenerationHistory();
        return { generations, isFetching, refetch };
      },
      { wrapper },
    );
    await waitFor(() => expect(result.current.generations).toHaveLength(1));
    await waitFor(() => expect(server.held).toBe(1));
    const { before, open } = closedGate();
    server.interceptNext("GET /", async (_, serve) => {
      const response = await serve();
      server.delete(id);
      await before;
      return response;
    });
    act(() => void result.current.refetch());
    await waitFor(() => expect(result.current.generations).toEqual([]));
    act(open);
    await waitFor(() => expect(result.current.isFetching).toBe(false));
    expect(result.current.generations).toEqual([]);
  });

  it("refetches its pages after a gap that the server could not fill", async () => {
    const { server, hooks, wrapper } = openPage();
    const { id } = server.submit();
    const { result } = renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await waitFor(() => expect(result.current.generations).toHaveLength(1));
    await waitFor(() => expect(server.held).toBe(1));
    // A restored backup: its sequence is behind that of the page.
    act(() => server.restoreBackup({ without: [id] }));
    await waitFor(() => expect(result.current.generations).toEqual([]));
  });

  it("shows another owner nothing of the previous owner", async () => {
    const { server, hooks, wrapper } = openPage();
    const { id } = server.submit();
    const { result } = renderHook(
      () => ({
        history: hooks.useGenerationHistory().generations.map((generation) => generation.id),
        active: hooks.useActiveGeneration().generation?.id,
        one: hooks.useGeneration(id),
        adopted: hooks.useGenerate({ model: "flux" }).generation?.id,
      }),
      { wrapper },
    );
    await waitFor(() =>
      expect(result.current).toMatchObject({ history: [id], active: id, one: { generation: { id } }, adopted: id }),
    );
    await waitFor(() => expect(server.held).toBe(1));
    act(() => server.signIn("owner-b"));
    await waitFor(() => expect(result.current.active).toBeUndefined());
    expect(result.current).toMatchObject({ history: [], one: { generation: null }, adopted: undefined });
    await waitFor(() => expect(result.current.one.error?.code).toBe("not_found"));
    const later = server.submit();
    await waitFor(() => expect(result.current).toMatchObject({ history: [later.id], active: later.id }));
  });

  it("shows another owner nothing of a response to the previous owner", async () => {
    const { server, hooks, wrapper } = openPage();
    server.submit();
    const { result } = renderHook(
      () => {
        const { generations, isFetching, refetch } = hooks.useGenerationHistory();
        return { generations, isFetching, refetch, generate: hooks.useGenerate({ model: "flux", resume: false }) };
      },
      { wrapper },
    );
    await waitFor(() => expect(result.current.generations).toHaveLength(1));
    await waitFor(() => expect(server.held).toBe(1));
    const stalled = [server.stallNext("GET /", "response"), server.stallNext("POST /", "response")];
    act(() => void result.current.refetch());
    await waitFor(() => expect(lists(server)).toHaveLength(2));
    let accepted: Promise<unknown> = Promise.resolve();
    act(() => {
      accepted = result.current.generate.generateAsync({ prompt: "a lamp" });
    });
    await waitFor(() => expect(server.requestsTo("POST /")).toHaveLength(1));
    act(() => server.signIn("owner-b"));
    await waitFor(() => expect(result.current).toMatchObject({ generations: [], isFetching: false }));
    await expect(accepted).rejects.toMatchObject({ code: "unauthenticated" });
    act(() => {
      for (const release of stalled) release();
    });
    await waitFor(() => expect(server.held).toBe(1));
    expect(result.current.generations).toEqual([]);
  });

  it("returns the error of a failed request", async () => {
    const { server, hooks, wrapper } = openPage();
    server.refuseNext("GET /?status=failed", "forbidden");
    server.refuseNext("GET /?status=failed", "forbidden");
    const { result } = renderHook(() => hooks.useGenerationHistory({ status: "failed" }), { wrapper });
    await waitFor(() => expect(result.current).toMatchObject({ isError: true, error: { code: "forbidden" } }));
  });
});

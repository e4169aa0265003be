import { dehydrate, hydrate, QueryClient } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { problem } from "../../test/answers.js";
import type { ContractServer } from "../../test/contract-server.js";
import { closedGate } from "../../test/gate.js";
import { openPage } from "../../test/set-up.js";
import { historyQueryOptions } from "./query-options.js";
import { safelightKeys } from "./safelight-keys.js";

const lists = (server: ContractServer) => server.requests.filter(({ path }) => /^\/(\?|$)/.test(path));

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

  it("follows what is submitted, changes and is deleted, without reading again", async () => {
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

  it("keeps to its filter as generations change", async () => {
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

  it("shows what changed while a page was being read", async () => {
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
    const { before: after, open } = closedGate();
    let isRead = false;
    server.intercept("GET /", {
      after,
      onServed: () => {
        isRead = true;
      },
    });
    act(() => void result.current.refetch());
    // What changes from here on is not in the answer, which is still on its way.
    await waitFor(() => expect(isRead).toBe(true));
    server.complete(id);
    const later = server.submit();
    await waitFor(() => expect(result.current.generations[0]?.id).toBe(later.id));
    act(open);
    await waitFor(() => expect(result.current.isFetching).toBe(false));
    expect(result.current.generations).toMatchObject([{ id: later.id }, { id, status: "completed" }]);
  });

  it("brings a page that was made earlier up to date", async () => {
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

  it("does not bring back what was deleted while it was being read", async () => {
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
    const { before: after, open } = closedGate();
    server.intercept("GET /", { after, onServed: () => server.delete(id) });
    act(() => void result.current.refetch());
    await waitFor(() => expect(result.current.generations).toEqual([]));
    act(open);
    await waitFor(() => expect(result.current.isFetching).toBe(false));
    expect(result.current.generations).toEqual([]);
  });

  it("reads again what it has after a gap that could not be filled", async () => {
    const { server, hooks, wrapper } = openPage();
    const { id } = server.submit();
    const { result } = renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await waitFor(() => expect(result.current.generations).toHaveLength(1));
    await waitFor(() => expect(server.held).toBe(1));
    // A restored backup: the counter is behind what the page knows.
    act(() => {
      server.generations.delete(id);
      server.restart();
    });
    await waitFor(() => expect(result.current.generations).toEqual([]));
  });

  it("shows another owner nothing of the one before", async () => {
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
    act(() => server.signInAs("owner-b"));
    await waitFor(() => expect(result.current.active).toBeUndefined());
    expect(result.current).toMatchObject({ history: [], one: { generation: null }, adopted: undefined });
    await waitFor(() => expect(result.current.one.error?.code).toBe("not_found"));
    const later = server.submit();
    await waitFor(() => expect(result.current).toMatchObject({ history: [later.id], active: later.id }));
  });

  it("shows another owner nothing of what was on its way to the one before", async () => {
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
    const { before: after, open } = closedGate();
    let served = 0;
    const onServed = () => {
      served += 1;
    };
    server.intercept("GET /", { after, onServed });
    server.intercept("POST /", { after, onServed });
    act(() => void result.current.refetch());
    await waitFor(() => expect(served).toBe(1));
    let accepted: Promise<unknown> = Promise.resolve();
    act(() => {
      accepted = result.current.generate.generateAsync({ prompt: "a lamp" });
    });
    await waitFor(() => expect(served).toBe(2));
    act(() => server.signInAs("owner-b"));
    await waitFor(() => expect(result.current).toMatchObject({ generations: [], isFetching: false }));
    await expect(accepted).rejects.toMatchObject({ code: "unauthenticated" });
    act(open);
    await waitFor(() => expect(server.held).toBe(1));
    expect(result.current.generations).toEqual([]);
  });

  it("tells why it could not be read", async () => {
    const { server, hooks, wrapper } = openPage();
    server.intercept("GET /?status=failed", { refuse: () => problem("forbidden") });
    server.intercept("GET /?status=failed", { refuse: () => problem("forbidden") });
    const { result } = renderHook(() => hooks.useGenerationHistory({ status: "failed" }), { wrapper });
    await waitFor(() => expect(result.current).toMatchObject({ isError: true, error: { code: "forbidden" } }));
  });
});

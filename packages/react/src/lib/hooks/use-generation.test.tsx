import { act, renderHook, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openPage } from "../../../test/set-up.js";
import { safelightKeys } from "../query/safelight-keys.js";

describe("useGeneration", () => {
  afterEach(() => void vi.useRealTimers());

  it("reads a generation and receives its changes", async () => {
    const { server, hooks, wrapper } = openPage();
    const { id } = server.complete(server.submit().id);
    server.markSeen(id);
    const { result } = renderHook(() => hooks.useGeneration(id), { wrapper });
    expect(result.current).toMatchObject({ generation: null, isPending: true });
    await waitFor(() => expect(result.current.generation).toMatchObject({ id, status: "completed" }));
    await waitFor(() => expect(server.held).toBe(1));
    act(() => server.delete(id));
    await waitFor(() => expect(result.current).toMatchObject({ generation: null, error: { code: "not_found" } }));
  });

  it("shows a known generation at once without a request", async () => {
    const { server, hooks, wrapper } = openPage();
    const { id } = server.submit();
    const list = renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await waitFor(() => expect(list.result.current.generations).toHaveLength(1));
    const { result } = renderHook(() => hooks.useGeneration(id), { wrapper });
    expect(result.current.generation?.status).toBe("pending");
    act(() => void server.complete(id));
    await waitFor(() => expect(result.current.generation?.status).toBe("completed"));
    expect(server.requestsTo(`GET /${id}`)).toEqual([]);
  });

  it("uses the URLs of the last response", async () => {
    const { server, hooks, wrapper } = openPage();
    const { id } = server.complete(server.submit().id);
    const list = renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await waitFor(() => expect(list.result.current.generations).toHaveLength(1));
    const [old] = list.result.current.generations;
    // The server signs new URLs after a third of their lifetime.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 300_001 });
    await act(() => list.result.current.refetch());
    const { result } = renderHook(() => hooks.useGeneration(id), { wrapper });
    expect(result.current.generation?.version).toBe(old?.version);
    expect(Date.parse(result.current.generation?.urlsExpireAt ?? "")).toBeGreaterThan(
      Date.parse(old?.urlsExpireAt ?? ""),
    );
  });

  it("updates every component when a generation appears after not_found", async () => {
    const { server, hooks, wrapper } = openPage();
    const id = "gen_00000000-0000-7000-8000-000000000001";
    const one = renderHook(() => hooks.useGeneration(id), { wrapper });
    await waitFor(() => expect(one.result.current.error?.code).toBe("not_found"));
    const all = renderHook(() => [hooks.useActiveGeneration(), hooks.useGenerationHistory()], { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    act(() => void server.submit());
    await waitFor(() =>
      expect(all.result.current).toMatchObject([{ generations: [{ id }] }, { generations: [{ id }] }]),
    );
    // It failed with `not_found`, and appears without a request.
    expect(one.result.current).toMatchObject({ generation: { id }, error: null, isSuccess: true });
    act(() => void server.complete(id));
    await waitFor(() => expect(one.result.current.generation?.status).toBe("completed"));
  });

  it("refetches prefetched data only if the generation was active and no longer is", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    const [ended, active] = [server.submit(), server.submit()];
    for (const generation of [ended, active]) {
      queryClient.setQueryData(safelightKeys.generation(generation.id), generation);
    }
    server.complete(ended.id);
    server.markSeen(ended.id);
    const { result } = renderHook(() => [ended, active].map(({ id }) => hooks.useGeneration(id).generation?.status), {
      wrapper,
    });
    expect(result.current).toEqual(["pending", "pending"]);
    await waitFor(() => expect(result.current).toEqual(["completed", "pending"]));
    expect(server.requestsTo("GET /:id").map(({ path }) => path)).toEqual([`/${ended.id}`]);
  });

  it("returns not_found", async () => {
    const { hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGeneration("gen_none"), { wrapper });
    await waitFor(() => expect(result.current).toMatchObject({ generation: null, error: { code: "not_found" } }));
  });
});

import { act, renderHook, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openPage } from "../../../test/set-up.js";
import { safelightKeys } from "../query/safelight-keys.js";

describe("useGeneration", () => {
  afterEach(() => void vi.useRealTimers());

  it("reads a generation and follows it", async () => {
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

  it("shows at once, and without a question, what is known already", async () => {
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

  it("shows the addresses of the last answer", async () => {
    const { server, hooks, wrapper } = openPage();
    const { id } = server.complete(server.submit().id);
    const list = renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await waitFor(() => expect(list.result.current.generations).toHaveLength(1));
    const [old] = list.result.current.generations;
    // They are others after a third of the time that they hold.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 300_001 });
    await act(() => list.result.current.refetch());
    const { result } = renderHook(() => hooks.useGeneration(id), { wrapper });
    expect(result.current.generation?.version).toBe(old?.version);
    expect(Date.parse(result.current.generation?.urlsExpireAt ?? "")).toBeGreaterThan(
      Date.parse(old?.urlsExpireAt ?? ""),
    );
  });

  it("takes one that was not there for one that may come, everywhere on the page", async () => {
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
    // It was looked for in vain, and is there without being asked for.
    expect(one.result.current).toMatchObject({ generation: { id }, error: null, isSuccess: true });
    act(() => void server.complete(id));
    await waitFor(() => expect(one.result.current.generation?.status).toBe("completed"));
  });

  it("asks after one that came with the page, only where it was in progress and is not any more", async () => {
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

  it("tells that there is none", async () => {
    const { hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGeneration("gen_none"), { wrapper });
    await waitFor(() => expect(result.current).toMatchObject({ generation: null, error: { code: "not_found" } }));
  });
});

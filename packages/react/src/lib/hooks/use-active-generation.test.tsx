import { onlineManager } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { closedGate } from "../../../test/gate.js";
import { openPage } from "../../../test/set-up.js";
import { safelightKeys } from "../query/safelight-keys.js";

describe("useActiveGeneration", () => {
  beforeEach(() => sessionStorage.clear());

  it("returns the newest active generation, else the newest unseen one, of any page or device", async () => {
    const { server, hooks, wrapper } = openPage();
    const done = server.submit("other");
    server.complete(done.id);
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    expect(result.current).toMatchObject({ generation: null, generations: [], unseen: [], count: 0, ownerTag: null });
    expect(result.current.isPending).toBe(true);
    await waitFor(() =>
      expect(result.current).toMatchObject({
        isSuccess: true,
        generation: { id: done.id },
        count: 0,
        ownerTag: "owner-a",
      }),
    );
    act(() => void server.submit("flux"));
    act(() => void server.submit("flux"));
    await waitFor(() => expect(result.current.count).toBe(2));
    const [newest, oldest] = result.current.generations;
    expect(result.current.generation).toEqual(newest);
    expect((newest?.id ?? "") > (oldest?.id ?? "")).toBe(true);
    act(() => void server.fail(newest?.id ?? ""));
    await waitFor(() => expect(result.current.generation?.id).toBe(oldest?.id));
    expect(result.current.unseen.map(({ id }) => id)).toEqual([newest?.id, done.id]);
    expect(result.current.data).toMatchObject({ count: 1 });
  });

  it("filters by model and scope", async () => {
    const { server, hooks, wrapper } = openPage();
    const poster = server.submit("flux", { scope: "poster" });
    const plain = server.submit("flux");
    server.submit("other", { scope: "poster" });
    const ids = (options: Parameters<typeof hooks.useActiveGeneration>[0]) =>
      renderHook(() => hooks.useActiveGeneration(options).generations.map(({ id }) => id), { wrapper }).result;
    const [flux, posters, both] = [
      ids({ model: "flux" }),
      ids({ scope: "poster" }),
      ids({ model: "flux", scope: "poster" }),
    ];
    await waitFor(() => expect(flux.current).toEqual([plain.id, poster.id]));
    expect(posters.current).toHaveLength(2);
    expect(both.current).toEqual([poster.id]);
    expect(server.received().filter(({ path }) => /model|scope/.test(path))).toEqual([]);
  });

  it("shares one request and one stream between all hooks", async () => {
    const { server, hooks, wrapper } = openPage();
    server.submit();
    const hook = () => [hooks.useActiveGeneration().count, hooks.useActiveGeneration({ model: "flux" }).count];
    const first = renderHook(hook, { wrapper, reactStrictMode: false });
    const second = renderHook(hook, { wrapper, reactStrictMode: false });
    await waitFor(() => expect(server.held).toBe(1));
    expect([first.result.current, second.result.current]).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(server.longPolls()).toHaveLength(1);
    expect(server.received().filter(({ path }) => path === "/active")).toHaveLength(1);
  });

  it("does not restore a generation that a newer response omits", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    const { id } = server.submit();
    await waitFor(() => expect(result.current.count).toBe(1));
    await waitFor(() => expect(server.held).toBe(1));
    // The next events are slow; another response overtakes them.
    const open = server.stallNext("GET /active?after");
    server.progress(id, 0.5);
    await waitFor(() => expect(server.held).toBe(0));
    server.complete(id);
    server.markSeen(id);
    await act(() => queryClient.invalidateQueries({ queryKey: safelightKeys.active() }));
    await waitFor(() => expect(result.current).toMatchObject({ count: 0, unseen: [] }));
    act(open);
    await waitFor(() => expect(server.held).toBe(1));
    expect(result.current).toMatchObject({ count: 0, unseen: [] });
  });

  it("marks as seen at once, and reverts when the request fails", async () => {
    const { server, hooks, wrapper } = openPage();
    const ids = [1, 2, 3].map(() => server.complete(server.submit().id).id);
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(result.current.unseen).toHaveLength(3));
    const gate = closedGate();
    server.interceptNext("POST /seen", async () => {
      await gate.before;
      return Response.json(
        { type: "urn:safelight:problem:forbidden", code: "forbidden", retryable: false },
        { status: 403 },
      );
    });
    let failed: Promise<void> = Promise.resolve();
    act(() => {
      failed = result.current.markSeen(ids[0]);
    });
    await waitFor(() => expect(result.current.unseen).toHaveLength(2));
    gate.open();
    await act(() => expect(failed).rejects.toMatchObject({ code: "forbidden" }));
    await waitFor(() => expect(result.current.unseen).toHaveLength(3));
    await act(() => result.current.markSeen());
    expect(server.requestsTo("POST /seen")[1]?.json).toEqual({ ids: [...ids].reverse() });
    await waitFor(() => expect(result.current).toMatchObject({ generation: null, unseen: [] }));
  });

  it("keeps active generations when they are marked as seen", async () => {
    const { server, hooks, wrapper } = openPage();
    const { id } = server.submit();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(result.current.count).toBe(1));
    await act(() => result.current.markSeen(id));
    expect(result.current.count).toBe(1);
  });

  it("re-renders only for members that were read", async () => {
    const { server, hooks, wrapper } = openPage();
    let renders = 0;
    renderHook(
      () => {
        renders += 1;
        return hooks.useActiveGeneration({ model: "other" }).count;
      },
      { wrapper },
    );
    const { id } = server.submit("flux");
    await waitFor(() => expect(server.held).toBe(1));
    const before = renders;
    for (const value of [0.2, 0.4, 0.6]) {
      act(() => void server.progress(id, value));
      await waitFor(() => expect(server.held).toBe(1));
    }
    expect(renders).toBe(before);
  });

  it("returns how changes reach the page", async () => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    expect(result.current.connection).toBe("live");
    for (let request = 0; request < 2; request += 1) server.refuseNext("GET /active?after", "unavailable");
    act(() => void server.submit());
    await waitFor(() => expect(result.current.connection).toBe("offline"));
    await waitFor(() => expect(result.current.connection).toBe("live"));
  });

  it("fetches even when the device reports being offline", async () => {
    onlineManager.setOnline(false);
    const { hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(result.current.isSuccess).toBe(true));
    onlineManager.setOnline(true);
  });

  it("returns the offset of the server's clock after the first response", async () => {
    const { hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useActiveGeneration().data?.serverOffsetMs, { wrapper });
    await waitFor(() => expect(Math.abs(result.current ?? Number.NaN)).toBeLessThan(1_000));
  });
});

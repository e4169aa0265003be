import { QueryClient } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ContractServer } from "../../test/contract-server.js";
import { makeGeneration } from "../../test/generations.js";
import { openPage } from "../../test/set-up.js";
import { liveOf } from "./live.js";
import { safelightKeys } from "./safelight-keys.js";

describe("the live connection", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("is opened by the first hook and closed soon after the last", async () => {
    const { server, hooks, wrapper } = openPage();
    const first = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    const second = renderHook(() => hooks.useCredits(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    vi.useFakeTimers();
    first.unmount();
    vi.advanceTimersByTime(60_000);
    expect(server.held).toBe(1);
    second.unmount();
    vi.advanceTimersByTime(999);
    expect(server.held).toBe(1);
    vi.advanceTimersByTime(1);
    expect(server.held).toBe(0);
  });

  it("misses nothing of the time in which nobody looked", async () => {
    const { server, hooks, wrapper } = openPage();
    const { id } = server.submit();
    const first = renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await waitFor(() => expect(first.result.current.generations).toHaveLength(1));
    await waitFor(() => expect(server.held).toBe(1));
    act(() => void server.progress(id, 0.5));
    await waitFor(() => expect(first.result.current.generations[0]?.status).toBe("processing"));
    const { sequence } = server;
    first.unmount();
    await waitFor(() => expect(server.held).toBe(0), { timeout: 3_000 });
    server.complete(id);
    const later = server.submit();
    server.requests.length = 0;
    const { result } = renderHook(() => hooks.useGenerationHistory(), { wrapper });
    expect(result.current.generations).toMatchObject([{ id, status: "processing" }]);
    await waitFor(() =>
      expect(result.current.generations).toMatchObject([{ id: later.id }, { id, status: "completed" }]),
    );
    expect(server.requests[0]?.path).toBe(`/active?after=${sequence}&wait=25`);
    expect(server.requests.every(({ path }) => path.startsWith("/active?after="))).toBe(true);
  });

  it("remembers a thousand changes, and no more", () => {
    const { client, queryClient } = openPage();
    const live = liveOf(queryClient, client);
    for (let index = 0; index < 1_001; index += 1) live.take(makeGeneration(`gen_${index}`), live.owner);
    expect(live.find("gen_0")).toBeUndefined();
    expect(live.find("gen_1")).toBeDefined();
    live.take(makeGeneration("gen_1", { version: 2 }), live.owner);
    live.take(makeGeneration("gen_new"), live.owner);
    expect(live.find("gen_1")).toMatchObject({ version: 2 });
  });

  it("takes what it writes for no answer", async () => {
    const { server, client, hooks, wrapper, queryClient } = openPage();
    renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    const heard: unknown[] = [];
    const live = liveOf(queryClient, client);
    live.subscribe((generation) => heard.push(generation));
    const generation = makeGeneration("gen_1");
    act(() => live.take(generation, live.owner));
    expect(queryClient.getQueryData(safelightKeys.active())).toMatchObject({ generations: [generation] });
    expect(heard).toEqual([generation]);
  });

  it("is one for each query client", async () => {
    const server = new ContractServer();
    const { hooks, wrapper } = openPage(server);
    const other = openPage(server, new QueryClient());
    renderHook(() => hooks.useActiveGeneration(), { wrapper });
    renderHook(() => other.hooks.useActiveGeneration(), { wrapper: other.wrapper });
    await waitFor(() => expect(server.held).toBe(2));
  });

  it("goes on through failures, and begins with what is active when it could not be asked at first", async () => {
    const { server, hooks, wrapper } = openPage();
    vi.useFakeTimers();
    // Pauses are drawn by lot; one that is drawn short too often would be over before the test looks.
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const lost = () => {
      throw new TypeError("Failed to fetch");
    };
    for (let request = 0; request < 8; request += 1) server.intercept("GET /active", { refuse: lost });
    server.submit();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await act(() => vi.advanceTimersByTimeAsync(2_000));
    expect(result.current).toMatchObject({ count: 0, isSuccess: false });
    await act(() => vi.advanceTimersByTimeAsync(120_000));
    expect(result.current).toMatchObject({ count: 1, connection: "live", isSuccess: true });
  });

  it("leaves nothing behind after a thousand mounts", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    const listening = countListeners();
    const subscribe = vi.spyOn(queryClient.getQueryCache(), "subscribe");
    const use = () => {
      hooks.useActiveGeneration();
      hooks.useGenerationHistory();
      hooks.useCredits();
      hooks.useGeneration("gen_000000000001");
      return hooks.useGenerate({ model: "flux" });
    };
    server.submit();
    const stays = renderHook(use, { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    await waitFor(() => expect(stays.result.current.isActive).toBe(true));
    // A request that is on its way listens to the page, too.
    await waitFor(() => expect(queryClient.isFetching()).toBe(0));
    const queryCache = queryClient.getQueryCache();
    const used = () => ({
      listeners: listening(),
      observers: queryCache.getAll().map((query) => query.getObserversCount()),
    });
    const before = used();
    for (let mount = 0; mount < 1_000; mount += 1) renderHook(use, { wrapper }).unmount();
    await waitFor(() =>
      expect({ held: server.held, fetching: queryClient.isFetching() }).toEqual({ held: 1, fetching: 0 }),
    );
    expect(used()).toEqual(before);
    expect(subscribe).toHaveBeenCalledTimes(1);
    stays.unmount();
    await waitFor(() => expect(server.held).toBe(0), { timeout: 3_000 });
    expect(used()).toEqual({ listeners: 0, observers: before.observers.map(() => 0) });
    expect(queryCache.hasListeners()).toBe(false);
  }, 60_000);
});

/** Counts who listens to the page, from now on. */
function countListeners(): () => number {
  const listeners = new Set<string>();
  const names = new WeakMap<object, number>();
  let last = 0;
  const nameOf = (type: string, listener: unknown) => {
    // `null` is never passed here, and two listeners are two objects.
    const key = listener as object;
    if (!names.has(key)) names.set(key, ++last);
    return `${type} ${names.get(key)}`;
  };
  for (const target of [window, document]) {
    const { addEventListener, removeEventListener } = target;
    vi.spyOn(target, "addEventListener").mockImplementation((type: string, listener: unknown, ...rest: unknown[]) => {
      listeners.add(nameOf(type, listener));
      Reflect.apply(addEventListener, target, [type, listener, ...rest]);
    });
    vi.spyOn(target, "removeEventListener").mockImplementation(
      (type: string, listener: unknown, ...rest: unknown[]) => {
        listeners.delete(nameOf(type, listener));
        Reflect.apply(removeEventListener, target, [type, listener, ...rest]);
      },
    );
  }
  return () => listeners.size;
}

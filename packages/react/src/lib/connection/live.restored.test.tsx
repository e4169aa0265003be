import { act, renderHook, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { closedGate } from "../../../test/gate.js";
import { openPage } from "../../../test/set-up.js";
import { testServer } from "../../../test/test-server.js";

/** A server with a generation of version 6. Its backup has version 1. */
function serverWithProgress() {
  const server = testServer();
  const { id } = server.submit();
  for (const progress of [0.1, 0.2, 0.3, 0.4, 0.5]) server.progress(id, progress);
  return { server, id };
}

describe("the live connection: a restored backup with lower versions", () => {
  beforeEach(() => sessionStorage.clear());

  it("is shown by all hooks until the generation ends again", async () => {
    const { server, id } = serverWithProgress();
    const { hooks, wrapper } = openPage(server);
    const onCompleted = vi.fn();
    const { result } = renderHook(
      () => [
        hooks.useGenerate({ model: "flux", onCompleted }).generation,
        hooks.useGeneration(id).generation,
        hooks.useGenerationHistory().generations[0],
      ],
      { wrapper },
    );
    const shown = () => result.current.map((generation) => generation?.version);
    await waitFor(() => expect(shown()).toEqual([6, 6, 6]));
    await waitFor(() => expect(server.held).toBe(1));
    act(() => server.restoreBackup());
    await waitFor(() => expect(shown()).toEqual([1, 1, 1]));
    await waitFor(() => expect(server.held).toBe(1));
    act(() => void server.complete(id));
    await waitFor(() =>
      expect(result.current.map((generation) => generation?.status)).toEqual(Array(3).fill("completed")),
    );
    expect(onCompleted).toHaveBeenCalledTimes(1);
  });

  it("replaces data that no component shows, which the next connection would read", async () => {
    const { server, id } = serverWithProgress();
    const { hooks, wrapper } = openPage(server);
    const history = renderHook(() => hooks.useGenerationHistory(), { wrapper });
    const use = () => hooks.useActiveGeneration().generation?.version;
    const before = renderHook(use, { wrapper });
    await waitFor(() => expect(history.result.current.generations).toMatchObject([{ version: 6 }]));
    await waitFor(() => expect(server.held).toBe(1));
    history.unmount();
    act(() => server.restoreBackup());
    await waitFor(() => expect(before.result.current).toBe(1));
    await waitFor(() => expect(server.held).toBe(1));
    before.unmount();
    await waitFor(() => expect(server.held).toBe(0));
    const { result } = renderHook(use, { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    act(() => void server.progress(id, 0.2));
    await waitFor(() => expect(result.current).toBe(2));
  });

  it.each(["GET /", "GET /active"])("ignores a response to %s from before it", async (request) => {
    const { server, id } = serverWithProgress();
    const { hooks, wrapper, queryClient } = openPage(server);
    const shown = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    const { before, open } = closedGate();
    let isServed = false;
    server.interceptNext(request, async (_, serve) => {
      const response = await serve();
      isServed = true;
      await before;
      return response;
    });
    const history = renderHook(() => hooks.useGenerationHistory(), { wrapper, reactStrictMode: false });
    if (request === "GET /active") void queryClient.refetchQueries({ queryKey: hooks.keys.active() });
    await waitFor(() => expect(isServed).toBe(true));
    act(() => server.restoreBackup());
    await waitFor(() => expect(shown.result.current.generation?.version).toBe(1));
    await act(async () => open());
    await waitFor(() => expect(server.held).toBe(1));
    act(() => void server.complete(id));
    await waitFor(() =>
      expect(history.result.current.generations).toMatchObject([{ status: "completed", version: 2 }]),
    );
    await waitFor(() => expect(shown.result.current.count).toBe(0));
  });
});

import type { Generation } from "@safelight/client/contract";
import { QueryClient } from "@tanstack/react-query";
import { act, render, renderHook, waitFor } from "@testing-library/react";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, describe, expect, it, vi } from "vitest";
import { makeGeneration } from "../../../test/generations.js";
import { openPage } from "../../../test/set-up.js";
import { testServer } from "../../../test/test-server.js";
import { safelightKeys } from "../query/safelight-keys.js";
import { liveOf, withLive } from "./live-of.js";

interface StatusProps {
  readonly hooks: ReturnType<typeof openPage>["hooks"];
  readonly onRender: (connection: string) => void;
}

function Status({ hooks, onRender }: StatusProps) {
  const { connection } = hooks.useActiveGeneration();
  onRender(connection);
  return connection;
}

describe("the live connection", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
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

  it("is connecting when it is opened again, until the first response", async () => {
    const { server, hooks, wrapper } = openPage();
    const first = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(first.result.current.connection).toBe("live"));
    await waitFor(() => expect(server.held).toBe(1));
    first.unmount();
    await waitFor(() => expect(server.held).toBe(0));
    const shown: string[] = [];
    render(<Status hooks={hooks} onRender={(connection) => shown.push(connection)} />, { wrapper });
    await waitFor(() => expect(shown.at(-1)).toBe("live"));
    expect(shown[0]).toBe("connecting");
  });

  it("opens although a listener of the host's cache throws at the first write, and reports the exception", async () => {
    const report = vi.fn();
    vi.stubGlobal("reportError", report);
    const { server, hooks, wrapper, queryClient } = openPage();
    queryClient.setQueryData(safelightKeys.active(), { ...server.active(), serverOffsetMs: null });
    const error = new Error("an error of the host's listener");
    const unsubscribe = queryClient.getQueryCache().subscribe((event) => {
      if (event.type !== "updated" || event.action.type !== "setState") return;
      unsubscribe();
      throw error;
    });
    const { unmount } = renderHook(() => hooks.useCredits(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    expect(report.mock.calls).toEqual([[error]]);
    unmount();
    await waitFor(() => expect(server.held).toBe(0));
  });

  it("is connecting until the first response, also in a server's HTML", async () => {
    const { server, hooks, wrapper } = openPage();
    const respond = server.stallNext("GET /active", "response");
    const shown: string[] = [];
    const status = <Status hooks={hooks} onRender={(connection) => shown.push(connection)} />;
    expect(renderToString(createElement(wrapper, null, status))).toBe("connecting");
    const { container } = render(status, { wrapper });
    await waitFor(() => expect(server.requestsTo("GET /active")).toHaveLength(1));
    expect(container.textContent).toBe("connecting");
    act(respond);
    await waitFor(() => expect(container.textContent).toBe("live"));
    expect(new Set(shown)).toEqual(new Set(["connecting", "live"]));
  });

  it("receives everything that changed while no hook was mounted", async () => {
    const { server, hooks, wrapper } = openPage();
    const { id } = server.submit();
    const first = renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await waitFor(() => expect(first.result.current.generations).toHaveLength(1));
    await waitFor(() => expect(server.held).toBe(1));
    act(() => void server.progress(id, 0.5));
    await waitFor(() => expect(first.result.current.generations[0]?.status).toBe("processing"));
    const { sequence } = server.active();
    first.unmount();
    await waitFor(() => expect(server.held).toBe(0));
    server.complete(id);
    const later = server.submit();
    const { length } = server.received();
    const { result } = renderHook(() => hooks.useGenerationHistory(), { wrapper });
    expect(result.current.generations).toMatchObject([{ id, status: "processing" }]);
    await waitFor(() =>
      expect(result.current.generations).toMatchObject([{ id: later.id }, { id, status: "completed" }]),
    );
    const asked = server.received().slice(length);
    expect(asked[0]?.path).toContain(`/active?after=${sequence}&owner=owner-a`);
    expect(asked.every(({ path }) => path.startsWith("/active?after="))).toBe(true);
  });

  it("remembers a thousand changes", () => {
    const { client, queryClient } = openPage();
    const live = liveOf(queryClient, client);
    const take = (generation: Generation) =>
      withLive(live, (commands) => void commands.take(generation, live.state.owner));
    for (let index = 0; index < 1_001; index += 1) take(makeGeneration(`gen_${index}`));
    expect(live.commands?.find("gen_0")).toBeUndefined();
    expect(live.commands?.find("gen_1")).toBeDefined();
    take(makeGeneration("gen_1", { version: 2 }));
    take(makeGeneration("gen_new"));
    expect(live.commands?.find("gen_1")).toMatchObject({ version: 2 });
  });

  it("does not treat its own writes as responses", async () => {
    const { server, client, hooks, wrapper, queryClient } = openPage();
    renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    const changes: unknown[] = [];
    const live = liveOf(queryClient, client);
    live.subscribe((change) => changes.push(change));
    const generation = makeGeneration("gen_1", { sequence: server.active().sequence + 1 });
    act(() => live.commands?.take(generation, live.state.owner));
    expect(queryClient.getQueryData(safelightKeys.active())).toMatchObject({ generations: [generation] });
    expect(changes).toEqual([{ type: "generation", generation }]);
  });

  it("has one connection for each query client", async () => {
    const server = testServer();
    const { hooks, wrapper } = openPage(server);
    const other = openPage(server, new QueryClient());
    renderHook(() => hooks.useActiveGeneration(), { wrapper });
    renderHook(() => other.hooks.useActiveGeneration(), { wrapper: other.wrapper });
    await waitFor(() => expect(server.held).toBe(2));
  });

  it("continues through failures, and shows active generations once the server responds", async () => {
    const { server, hooks, wrapper } = openPage();
    vi.useFakeTimers();
    // Delays are random: short ones would end before the check below.
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    for (let request = 0; request < 8; request += 1) server.loseNext("GET /active");
    server.submit();
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await act(() => vi.advanceTimersByTimeAsync(2_000));
    expect(result.current).toMatchObject({ count: 0, isSuccess: false });
    await act(() => vi.advanceTimersByTimeAsync(120_000));
    expect(result.current).toMatchObject({ count: 1, connection: "live", isSuccess: true });
  });
});

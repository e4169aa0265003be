import { dehydrate, HydrationBoundary, hydrate, QueryClient } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openPage } from "../../../test/set-up.js";
import { type TestServer, testServer } from "../../../test/test-server.js";
import { prefetchActive } from "../query/prefetch-active.js";
import { activeQueryOptions } from "../query/query-options.js";
import { safelightKeys } from "../query/safelight-keys.js";

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
/** Longer than TanStack Query keeps data without observers. */
const sixMinutes = 360_000;

describe("useGenerate: on a page of its own", () => {
  beforeEach(() => {
    sessionStorage.clear();
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it("keeps the generation that came with the page, without a request for it", async () => {
    const server = testServer();
    const { id } = server.submit();
    const onServer = new QueryClient();
    await prefetchActive(onServer, { active: async () => server.active() }, { headers: new Headers() });
    const state = dehydrate(onServer);
    const { hooks, wrapper: Page } = openPage(server);
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), {
      wrapper: ({ children }) => (
        <Page>
          <HydrationBoundary state={state}>{children}</HydrationBoundary>
        </Page>
      ),
    });
    await pass(100);
    act(() => void server.complete(id));
    await pass(sixMinutes);
    expect(result.current.generation).toMatchObject({ id, status: "completed" });
    expect(server.received().map(({ path }) => path.replace(/\d+/, "…"))).not.toContain("/active");
  });

  it("keeps showing a refusal with data of an earlier visit", async () => {
    const server = testServer();
    const { hooks, wrapper, queryClient, client } = openPage(server);
    const visit = new QueryClient();
    await visit.prefetchQuery(activeQueryOptions(client));
    hydrate(queryClient, dehydrate(visit));
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await pass(100);
    server.refuseNext("POST /", "insufficient_credits");
    await act(() => result.current.generateAsync({ prompt: "a lamp" }).catch(() => {}));
    await pass(sixMinutes);
    expect(result.current.error?.code).toBe("insufficient_credits");
  });

  it("knows what it knew after six minutes in which nothing was mounted", async () => {
    const { server, hooks, wrapper } = openPage();
    const { id, sequence } = server.submit();
    const first = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await pass(100);
    first.unmount();
    await pass(sixMinutes);
    const { length } = server.received();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    expect(result.current.generation?.id).toBe(id);
    await pass(1_000);
    expect(result.current.generation?.id).toBe(id);
    const asked = server.received().slice(length);
    // The first response makes the connection live, and the second is held.
    const position = `/active?after=${sequence}&owner=owner-a&timeline=`;
    expect(asked.map(({ path }) => path)).toEqual([
      expect.stringContaining(position),
      expect.stringMatching(/timeline=[^&]+&wait=25$/),
    ]);
  });

  it("goes on after a 401 when the page becomes visible, also where the host reads nothing then", async () => {
    const queryClient = new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false } } });
    const { server, hooks, wrapper } = openPage(testServer(), queryClient);
    server.signOut();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await pass(100);
    expect(result.current.connection).toBe("signed-out");
    server.signIn("owner-b");
    const { id } = server.submit();
    act(() => void window.dispatchEvent(new Event("visibilitychange")));
    await pass(100);
    expect(result.current).toMatchObject({ generation: { id }, connection: "live" });
  });

  it.each([
    ["unreachable", (server: TestServer) => server.loseNext("GET /active")],
    ["refusing a signed-out user", (server: TestServer) => server.refuseNext("GET /active", "unauthenticated")],
  ])("adopts a generation of another device that was submitted while the server was %s", async (_, refuseNext) => {
    // Delays are random: short ones would end before the check below.
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const { server, hooks, wrapper } = openPage();
    const header = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await pass(100);
    for (let request = 0; request < 3; request += 1) refuseNext(server);
    act(() => void server.submit("other"));
    await pass(1_500);
    expect(header.result.current.connection).not.toBe("live");
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    const { id } = server.submit();
    await pass(200_000);
    expect(header.result.current.connection).toBe("live");
    expect(result.current).toMatchObject({ generation: { id }, isResumed: true });
  });

  it("continues after a sign-in, once the active generations are invalidated", async () => {
    const { server, hooks, wrapper, queryClient } = openPage();
    server.signOut();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await pass(100);
    server.signIn("owner-b");
    const { id } = server.submit();
    await act(() => queryClient.invalidateQueries({ queryKey: safelightKeys.active() }));
    await pass(100);
    expect(result.current.generation?.id).toBe(id);
    expect(server.held).toBe(1);
  });

  it.each([
    ["becomes visible", () => window.dispatchEvent(new Event("visibilitychange")), 100],
    ["is online again", () => ["offline", "online"].map((type) => window.dispatchEvent(new Event(type))), 100],
    ["stays open for a minute", () => true, 61_000],
  ])("continues after a single 401 when the page %s", async (_, happen, ms) => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await pass(100);
    const { id } = await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    await pass(100);
    server.refuseNext("GET /active?after", "unauthenticated");
    act(() => void server.progress(id, 0.5));
    await pass(1_000);
    act(() => void server.complete(id));
    await pass(1_000);
    expect(result.current.generation?.status).toBe("pending");
    act(() => void happen());
    await pass(ms);
    expect(result.current.generation?.status).toBe("completed");
  });

  it("continues after a 403 of a firewall", async () => {
    const { server, hooks, wrapper } = openPage();
    const { result } = renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await pass(100);
    const { id } = await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    await pass(100);
    server.interceptNext("GET /active?after", () => new Response("<h1>Blocked</h1>", { status: 403 }));
    act(() => void server.complete(id));
    await pass(2_000);
    expect(result.current.generation?.status).toBe("completed");
  });
});

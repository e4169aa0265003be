import type { ActiveResponse } from "@safelight/client/contract";
import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { act, render, renderHook, waitFor } from "@testing-library/react";
import { renderToString } from "react-dom/server";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openPage } from "../../../test/set-up.js";
import { type TestServer, testServer } from "../../../test/test-server.js";
import { prefetchActive } from "../query/prefetch-active.js";
import { safelightKeys } from "../query/safelight-keys.js";

function Studio({ hooks }: Pick<ReturnType<typeof openPage>, "hooks">) {
  const { count } = hooks.useActiveGeneration();
  const { generation } = hooks.useGenerate({ model: "flux" });
  return `${count} ${generation?.status}`;
}

function Header({ hooks, initialData }: Pick<ReturnType<typeof openPage>, "hooks"> & { initialData: ActiveResponse }) {
  return ` ${hooks.useActiveGeneration({ initialData }).count}`;
}

/** Prefetches as a server component does. */
async function prefetched(server: TestServer) {
  const queryClient = new QueryClient();
  await prefetchActive(queryClient, { active: async () => server.active() }, { headers: new Headers() });
  return { queryClient, state: dehydrate(queryClient) };
}

describe("useActiveGeneration: prefetched data", () => {
  it("renders it on the first paint without a request, and streams changes from there", async () => {
    const server = testServer();
    const { id } = server.submit();
    const { state } = await prefetched(server);
    const { hooks, wrapper: Page } = openPage(server);
    const paints: (string | undefined)[] = [];
    const { result } = renderHook(
      () => {
        const status = hooks.useActiveGeneration().generation?.status;
        paints.push(status);
        return status;
      },
      {
        wrapper: ({ children }) => (
          <Page>
            <HydrationBoundary state={state}>{children}</HydrationBoundary>
          </Page>
        ),
      },
    );
    expect(new Set(paints)).toEqual(new Set(["pending"]));
    act(() => void server.progress(id, 0.5));
    await waitFor(() => expect(result.current).toBe("processing"));
    await waitFor(() => expect(server.held).toBe(1));
    expect(server.received().every(({ path }) => path.startsWith("/active?after="))).toBe(true);
  });

  it("renders it in the server's HTML", async () => {
    const server = testServer();
    server.submit();
    const { queryClient } = await prefetched(server);
    const { hooks, wrapper: Page } = openPage(server, queryClient);
    expect(
      renderToString(
        <Page>
          <Studio hooks={hooks} />
        </Page>,
      ),
    ).toBe("1 pending");
    expect(server.received()).toEqual([]);
  });

  it("accepts it as initial data", async () => {
    const server = testServer();
    const { id } = server.submit();
    const { hooks, wrapper } = openPage(server);
    const initialData = server.active();
    const { result } = renderHook(() => hooks.useActiveGeneration({ initialData }), { wrapper });
    expect(result.current.generation?.id).toBe(id);
    await waitFor(() => expect(server.held).toBe(1));
    expect(server.received().every(({ path }) => path.startsWith("/active?after="))).toBe(true);
  });

  it("ignores initial data of another owner than the one who is signed in", async () => {
    const server = testServer();
    server.submit();
    const initialData = server.active();
    server.signIn("owner-b");
    const { hooks, wrapper, queryClient } = openPage(server);
    renderHook(() => hooks.useCredits(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    queryClient.removeQueries({ queryKey: safelightKeys.active() });
    const counts: number[] = [];
    const { result } = renderHook(
      () => {
        const active = hooks.useActiveGeneration({ initialData });
        counts.push(active.count);
        return active;
      },
      { wrapper },
    );
    await waitFor(() => expect(result.current.isSuccess).toBe(true));
    expect(new Set(counts)).toEqual(new Set([0]));
  });

  it("does not replace a newer version with an older one", async () => {
    const server = testServer();
    const { id } = server.submit();
    const old = await prefetched(server);
    const { hooks, wrapper, queryClient } = openPage(server);
    const { result } = renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(server.held).toBe(1));
    act(() => void server.complete(id));
    await waitFor(() => expect(result.current.generation?.status).toBe("completed"));
    // The same page once more, from an intermediate cache.
    act(
      () => void queryClient.setQueryData(safelightKeys.active(), old.queryClient.getQueryData(safelightKeys.active())),
    );
    await waitFor(() => expect(result.current.generation?.status).toBe("completed"));
    expect(result.current.count).toBe(0);
  });
});

/** The error of `safelight.api` when `identify` throws. */
function failedIdentify(cause: unknown): Error {
  return Object.assign(new Error("identify threw", { cause }), { code: "identify_failed" });
}

describe("prefetchActive", () => {
  it("prefetches for the owner of the headers, under the key of the base path", async () => {
    const queryClient = new QueryClient();
    const headers = new Headers({ cookie: "session=1" });
    const server = testServer();
    const callers: unknown[] = [];
    const api = {
      active: async (caller: unknown) => {
        callers.push(caller);
        return server.active();
      },
    };
    await prefetchActive(queryClient, api, { headers, cacheKey: "/media" });
    expect(callers).toEqual([{ headers }]);
    expect(queryClient.getQueryData(["safelight", "/media", "active"])).toMatchObject({
      ownerTag: "owner-a",
      serverOffsetMs: null,
    });
  });

  it.each(["unauthenticated", "unavailable"])("caches nothing when it is %s", async (code) => {
    const queryClient = new QueryClient();
    const active = async () => {
      throw Object.assign(new Error(code), { code });
    };
    await prefetchActive(queryClient, { active }, { headers: new Headers() });
    expect(queryClient.getQueryCache().getAll()).toEqual([]);
  });

  it("caches nothing when identify throws, and logs the error, so that the page renders", async () => {
    const errors = vi.spyOn(console, "error").mockImplementation(() => {});
    onTestFinished(() => errors.mockRestore());
    const queryClient = new QueryClient();
    const error = failedIdentify(new Error("session db down"));
    const active = async () => {
      throw error;
    };
    await prefetchActive(queryClient, { active }, { headers: new Headers() });
    expect(queryClient.getQueryCache().getAll()).toEqual([]);
    expect(errors.mock.calls).toEqual([[expect.stringContaining("Could not prefetch"), error]]);
  });

  it("rethrows an exception of the framework that identify passed on", async () => {
    const dynamic = Object.assign(new Error("Dynamic server usage: cookies"), { digest: "DYNAMIC_SERVER_USAGE" });
    const active = async () => {
      throw failedIdentify(dynamic);
    };
    const promise = prefetchActive(new QueryClient(), { active }, { headers: new Headers() });
    await expect(promise).rejects.toBe(dynamic);
  });

  it("rethrows errors that are not refusals of the server", async () => {
    const active = async () => {
      throw new Error("leave the static render");
    };
    const promise = prefetchActive(new QueryClient(), { active }, { headers: new Headers() });
    await expect(promise).rejects.toThrow("leave the static render");
  });

  it("updates no other component during render when late data is hydrated", async () => {
    const errors = vi.spyOn(console, "error").mockImplementation(() => {});
    const { server, hooks, wrapper } = openPage();
    server.submit();
    const open = server.stallNext("GET /active");
    const page = (initialData: ActiveResponse | null) => [
      initialData && <Header key="header" hooks={hooks} initialData={initialData} />,
      <Studio key="studio" hooks={hooks} />,
    ];
    const { container, rerender } = render(page(null), { wrapper });
    rerender(page(server.active()));
    await waitFor(() => expect(container.textContent).toBe(" 11 pending"));
    act(open);
    // React also reports providers that a server rendered before, in a test of the same worker.
    const updates = errors.mock.calls.filter(([message]) => String(message).includes("Cannot update a component"));
    errors.mockRestore();
    expect(updates).toEqual([]);
  });
});

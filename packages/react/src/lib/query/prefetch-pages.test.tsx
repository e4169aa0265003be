import { createMockServer } from "@safelight/client/msw";
import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { openPageOf } from "../../../test/set-up.js";
import { prefetchActive } from "./prefetch-active.js";
import { prefetchCredits, prefetchHistory } from "./prefetch-pages.js";

const headers = new Headers({ cookie: "session=1" });

/** A server, and its API as a server component calls it. */
function open(options: { readonly credits?: number | false; readonly owner?: null } = {}) {
  const safelight = createMockServer({ models: { flux: { credits: 4 }, other: {} }, ...options });
  const { client } = openPageOf(safelight);
  const callers: unknown[] = [];
  const as =
    <Answer,>(verb: (query: object) => Promise<Answer>) =>
    (caller: unknown, query: object = {}) => {
      callers.push(caller);
      return verb(query);
    };
  const api = { active: as(() => client.active()), list: as(client.list), credits: as(client.credits) };
  return { safelight, api, callers, queryClient: new QueryClient() };
}

describe("prefetchHistory and prefetchCredits", () => {
  it("fill the first paint without a request of the browser", async () => {
    const { safelight, api, callers, queryClient } = open();
    safelight.queue("other", { prompt: "a lamp" });
    const { id } = safelight.queue("flux", { prompt: "a lamp" });
    const filter = { model: "flux", limit: 1 } as const;
    await prefetchActive(queryClient, api, { headers });
    await prefetchHistory(queryClient, api, { headers, filter });
    await prefetchCredits(queryClient, api, { headers });
    expect(callers).toEqual([{ headers }, { headers }, { headers }]);
    const before = safelight.requests.length;
    const state = dehydrate(queryClient);
    const { hooks, wrapper: Page } = openPageOf(safelight);
    const paints: unknown[] = [];
    const { result } = renderHook(
      () => {
        const { generations, hasNextPage } = hooks.useGenerationHistory(filter);
        const { balance } = hooks.useCredits();
        const shown = [hooks.useActiveGeneration().count, generations[0]?.status, hasNextPage, balance];
        paints.push(shown);
        return shown;
      },
      {
        wrapper: ({ children }) => (
          <Page>
            <HydrationBoundary state={state}>{children}</HydrationBoundary>
          </Page>
        ),
      },
    );
    await waitFor(() => expect(safelight.held).toBe(1));
    expect(new Set(paints.map(String))).toEqual(new Set(["2,pending,false,96"]));
    expect(safelight.requests.slice(before).filter(({ path }) => !path.startsWith("/events"))).toEqual([]);
    act(() => void safelight.fail(id));
    await waitFor(() => expect(result.current).toEqual([1, "failed", false, 100]));
  });

  it("use the keys of a client with another base path", async () => {
    const { api, queryClient } = open();
    const cacheKey = "/media";
    await prefetchHistory(queryClient, api, { headers, cacheKey });
    await prefetchCredits(queryClient, api, { headers, cacheKey });
    const keys = queryClient.getQueryCache().getAll();
    expect(keys.map(({ queryKey }) => queryKey)).toEqual([
      ["safelight", "/media", "history", {}],
      ["safelight", "/media", "credits"],
    ]);
  });

  it("cache nothing for a signed-out visitor", async () => {
    const { api, queryClient } = open({ owner: null });
    await prefetchHistory(queryClient, api, { headers });
    await prefetchCredits(queryClient, api, { headers });
    expect(queryClient.getQueryCache().getAll()).toEqual([]);
  });

  it("cache no credits if the host does not bill", async () => {
    const { api, queryClient } = open({ credits: false });
    await prefetchCredits(queryClient, api, { headers });
    expect(queryClient.getQueryCache().getAll()).toEqual([]);
  });

  it("rethrow errors that are not refusals of the server", async () => {
    const leave = async () => {
      throw new Error("leave the static render");
    };
    const { queryClient } = open();
    await expect(prefetchHistory(queryClient, { list: leave }, { headers })).rejects.toThrow("leave");
    await expect(prefetchCredits(queryClient, { credits: leave }, { headers })).rejects.toThrow("leave");
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSafelightClient } from "@safelight/client";
import { demo } from "@safelight/demo-provider";
import { createSafelight, defineModel } from "@safelight/server";
import { libsqlStore } from "@safelight/server/libsql";
import { memoryStorage } from "@safelight/server/memory-storage";
import { dehydrate, HydrationBoundary, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { createSafelightHooks } from "./hooks/create-safelight-hooks.js";
import { createSafelightNoticeHooks } from "./hooks/create-safelight-notice-hooks.js";
import { prefetchActive } from "./query/prefetch-active.js";
import { prefetchCredits, prefetchHistory } from "./query/prefetch-pages.js";

const folder = await mkdtemp(join(tmpdir(), "safelight-react-"));
const vendorFile = join(folder, "vendor.db");
const safelight = createSafelight({
  store: libsqlStore({ url: `file:${join(folder, "safelight.db")}` }),
  storage: memoryStorage(),
  identify: ({ headers }) => headers.get("x-owner"),
  secret: "a secret for these tests and nothing else",
  models: {
    demo: defineModel({
      provider: demo({ vendorFile, stepMs: 20 }),
      input: z.object({ prompt: z.string().min(1), steps: z.int().default(3), size: z.int().default(256) }),
      credits: 4,
    }),
  },
  credits: { initialGrant: 10 },
  logger: { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} },
});

/** Number of requests without a response. */
let inFlight = 0;

/** A page of one owner: the real client, connected to the real server without a network. */
function openPage(owner: string, queryClient = new QueryClient()) {
  const requested: string[] = [];
  const client = createSafelightClient<typeof safelight>({
    baseUrl: "http://localhost",
    // Shared by all pages of a browser on that origin.
    cacheKey: "/api/generations",
    headers: { "x-owner": owner },
    fetch: async (request) => {
      requested.push(`${request.method} ${request.url.replace("http://localhost/api/generations", "")}`);
      inFlight += 1;
      try {
        return await safelight.handler(request);
      } finally {
        inFlight -= 1;
      }
    },
  });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
  );
  return { hooks: createSafelightHooks(client), client, wrapper, requested };
}

function useEverything({ useGenerate, useActiveGeneration, useGenerationHistory, useCredits }: Hooks, callbacks = {}) {
  const { balance, entries } = useCredits();
  return {
    generate: useGenerate({ model: "demo", ...callbacks }),
    active: useActiveGeneration(),
    history: useGenerationHistory({ status: "completed" }),
    credits: { balance, entries },
  };
}
type Hooks = ReturnType<typeof openPage>["hooks"];

describe("the hooks on the real server", () => {
  beforeAll(() => safelight.worker.start());
  afterAll(async () => {
    // Pages disconnect from the server shortly after their last component unmounts.
    await vi.waitFor(() => expect(inFlight).toBe(0), { timeout: 60_000 });
    await safelight.worker.stop();
    await safelight.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => sessionStorage.clear());

  it("submits, streams, completes and counts", async () => {
    const { hooks, wrapper } = openPage("ada");
    const onCompleted = vi.fn();
    const { result } = renderHook(() => useEverything(hooks, { onCompleted }), { wrapper });
    await waitFor(() => expect(result.current.credits.balance).toBe(10));
    act(() => result.current.generate.generate({ prompt: "a lamp in the dark" }));
    await waitFor(() => expect(result.current.active.count).toBe(1));
    await waitFor(() => expect(result.current.credits.balance).toBe(6));
    await waitFor(() => expect(result.current.generate.generation?.status).toBe("completed"));
    await waitFor(() => expect(result.current.history.generations).toHaveLength(1));
    expect(result.current.history.generations[0]).toMatchObject({
      outputs: [{ contentType: "image/png", width: 256 }],
    });
    expect(result.current.active).toMatchObject({ count: 0, unseen: [{ status: "completed" }] });
    expect(onCompleted).toHaveBeenCalledTimes(1);
    await waitFor(() =>
      expect(result.current.credits.entries.map(({ kind }) => kind)).toEqual(["capture", "debit", "grant"]),
    );
    await act(() => result.current.active.markSeen());
    await waitFor(() => expect(result.current.history.generations[0]?.seenAt).not.toBeNull());
    expect(result.current.active.unseen).toEqual([]);
    expect(await safelight.audit()).toEqual([]);
  });

  it("shows a failure and a full refund", async () => {
    const { hooks, wrapper } = openPage("grace");
    const onFailed = vi.fn();
    const { result } = renderHook(() => useEverything(hooks, { onFailed }), { wrapper });
    await act(() => result.current.generate.generateAsync({ prompt: "fail:policy" }));
    await waitFor(() => expect(result.current.credits.balance).toBe(6));
    await waitFor(() => expect(onFailed).toHaveBeenCalledTimes(1));
    expect(result.current.generate).toMatchObject({ error: null, generation: { error: { code: "content_rejected" } } });
    await waitFor(() => expect(result.current.credits.balance).toBe(10));
    expect(result.current.history.generations).toEqual([]);
  });

  it("cancels, retries, and rejects a submission without sufficient credits", async () => {
    const { hooks, wrapper } = openPage("mary");
    const { result } = renderHook(() => useEverything(hooks), { wrapper });
    const first = await act(() => result.current.generate.generateAsync({ prompt: "slow lamp", steps: 30 }));
    await act(() => result.current.generate.cancel());
    await waitFor(() => expect(result.current.generate.generation?.status).toBe("canceled"));
    await waitFor(() => expect(result.current.credits.balance).toBe(10));
    const again = await act(() => result.current.generate.retry());
    expect(again).toMatchObject({ retryOf: first.id });
    await act(() => result.current.generate.generateAsync({ prompt: "slow one" }));
    await act(() => expect(result.current.generate.generateAsync({ prompt: "slow two" })).rejects.toBeDefined());
    await waitFor(() =>
      expect(result.current.generate.error).toMatchObject({ code: "insufficient_credits", available: 2 }),
    );
    expect(result.current.active.count).toBe(2);
  });

  it("shows active generations on the first paint of another device without a request", async () => {
    const { client } = openPage("joan");
    const { generation } = await client.submit("demo", { prompt: "slow lamp", steps: 20 });
    const onServer = new QueryClient();
    await prefetchActive(onServer, safelight.api, { headers: new Headers({ "x-owner": "joan" }) });
    const state = dehydrate(onServer);
    const { hooks, wrapper: Page, requested } = openPage("joan");
    const statuses: (string | undefined)[] = [];
    const { result } = renderHook(
      () => {
        const { generation: adopted, ...rest } = hooks.useGenerate({ model: "demo" });
        statuses.push(adopted?.id);
        return { ...rest, adopted, active: hooks.useActiveGeneration().generation?.id };
      },
      {
        wrapper: ({ children }) => (
          <Page>
            <HydrationBoundary state={state}>{children}</HydrationBoundary>
          </Page>
        ),
      },
    );
    expect(result.current).toMatchObject({ active: generation.id, isActive: true, isResumed: true });
    expect(new Set(statuses)).toEqual(new Set([generation.id]));
    await waitFor(() => expect(result.current.adopted?.status).toBe("processing"));
    expect(requested.filter((request) => !/^GET \/(active|events)\?after=/.test(request))).toEqual([]);
    await act(() => result.current.cancel());
  });

  it("presents each finished generation once over three tabs", async () => {
    const presented: string[] = [];
    const tabs = [openPage("hedy"), openPage("hedy"), openPage("hedy")];
    const openTab = ({ client, wrapper }: ReturnType<typeof openPage>) => {
      const { useGenerationNotices } = createSafelightNoticeHooks(client);
      renderHook(() => useGenerationNotices({ onNotice: ({ id }) => void presented.push(id) }), { wrapper });
    };
    for (const tab of tabs) openTab(tab);
    const { client } = openPage("hedy");
    const ids: string[] = [];
    for (const prompt of ["a lamp", "fail:policy"]) ids.push((await client.submit("demo", { prompt })).generation.id);
    await waitFor(() => expect(presented.toSorted()).toEqual(ids));
    await expect.poll(async () => (await client.claimNotices("after")).generations).toEqual([]);
    expect(presented).toHaveLength(2);
  });

  it("prefetches nothing for a signed-out visitor", async () => {
    const queryClient = new QueryClient();
    await prefetchActive(queryClient, safelight.api, { headers: new Headers() });
    await prefetchHistory(queryClient, safelight.api, { headers: new Headers() });
    await prefetchCredits(queryClient, safelight.api, { headers: new Headers() });
    expect(queryClient.getQueryCache().getAll()).toEqual([]);
  });
});

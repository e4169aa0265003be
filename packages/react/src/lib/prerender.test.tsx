import { createMockServer } from "@safelight/client/msw";
import { type DehydratedState, dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { renderToReadableStream } from "react-dom/server.edge";
import { afterEach, expect, it, vi } from "vitest";
import { type App, openPageOf } from "../../test/set-up.js";
import type { BoundSafelightHooks } from "./hooks/safelight-hooks.js";
import type { SafelightNoticeHooks } from "./hooks/safelight-notice-hooks.js";
import { prefetchActive } from "./query/prefetch-active.js";
import { prefetchCredits, prefetchHistory } from "./query/prefetch-pages.js";

type Hooks = BoundSafelightHooks<App> & SafelightNoticeHooks<App>;
type HookName = Extract<keyof Hooks, `use${string}`>;

// Next with Cache Components fails the build if a client component reads the clock or randomness in a prerender.
const calls: Readonly<Record<HookName, (hooks: Hooks) => unknown>> = {
  useActiveGeneration: (hooks) => hooks.useActiveGeneration().generation,
  useCredits: (hooks) => hooks.useCredits().balance,
  useGenerate: (hooks) => hooks.useGenerate({ model: "flux" }).generation,
  useGeneration: (hooks) => hooks.useGeneration("gen_00000000-0000-7000-8000-000000000001").generation,
  useGenerationHistory: (hooks) => hooks.useGenerationHistory().generations,
  useGenerationNotices: (hooks) => hooks.useGenerationNotices({ onNotice: () => {} }),
  useProgress: (hooks) => hooks.useProgress(hooks.useActiveGeneration().generation).value,
  useSystemNotices: (hooks) => hooks.useSystemNotices({ notice: () => null }).permission,
  useTitleBadge: (hooks) => hooks.useTitleBadge(),
};

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it.each(Object.entries(calls))("%s reads neither clock nor randomness without data", async (_, call) => {
  const { reads } = await prerender(openServer(), call);
  expect(reads).toEqual([]);
});

it.each(Object.entries(calls))("%s itself reads neither with prefetched data", async (_, call) => {
  const server = openServer();
  const { html, reads } = await prerender(server, call, await prefetched(server));
  expect(html).toContain("1 active");
  // TanStack Query itself compares the age of data with the clock.
  expect(reads.filter((caller) => !caller.includes("/node_modules/"))).toEqual([]);
});

function Probe({ hooks, call }: { readonly hooks: Hooks; readonly call: (hooks: Hooks) => unknown }): ReactNode {
  call(hooks);
  return `${hooks.useActiveGeneration().count} active`;
}

function openServer() {
  const server = createMockServer({ models: { flux: { credits: 4 } } });
  const { id } = server.queue("flux", { prompt: "a lamp" });
  // A preview has a URL that expires, and such URLs are refetched by the clock.
  server.progress(id, 0.4, { preview: true });
  return server;
}

async function prefetched(server: ReturnType<typeof openServer>): Promise<DehydratedState> {
  const { client } = openPageOf(server);
  const queryClient = new QueryClient();
  const headers = new Headers();
  await prefetchActive(queryClient, { active: () => client.active() }, { headers });
  await prefetchHistory(queryClient, { list: (_, query) => client.list(query) }, { headers });
  await prefetchCredits(queryClient, { credits: () => client.credits() }, { headers });
  return dehydrate(queryClient);
}

/** Renders one hook as a server does: without a window. */
async function prerender(
  server: ReturnType<typeof openServer>,
  call: (hooks: Hooks) => unknown,
  state?: DehydratedState,
) {
  const { hooks, wrapper: Page } = openPageOf(server);
  vi.stubGlobal("window", undefined);
  const reads = recordUnstableReads();
  const stream = await renderToReadableStream(
    <Page>
      <HydrationBoundary state={state}>
        <Probe hooks={hooks} call={call} />
      </HydrationBoundary>
    </Page>,
  );
  return { html: await new Response(stream).text(), reads };
}

/** Records the callers of every read of the clock and of randomness, from now to the end of the test. */
function recordUnstableReads(): readonly string[] {
  const reads: string[] = [];
  const record = () => {
    const frames = new Error("read").stack?.split("\n").slice(1) ?? [];
    reads.push(frames.find((frame) => !/\/vitest\/|\/prerender\.test\.tsx/.test(frame)) ?? "unknown");
  };
  const spyOn = <Method extends string>(on: { [Name in Method]: (...values: never[]) => unknown }, name: Method) => {
    const original = on[name];
    vi.spyOn(on, name as never).mockImplementation(((...values: never[]) => {
      record();
      return original.apply(on, values);
    }) as never);
  };
  spyOn(Date, "now");
  spyOn(Math, "random");
  spyOn(crypto, "getRandomValues");
  spyOn(crypto, "randomUUID");
  vi.stubGlobal(
    "Date",
    new Proxy(Date, {
      construct: (SystemDate, values: []) => {
        if (values.length === 0) record();
        return new SystemDate(...values);
      },
    }),
  );
  return reads;
}

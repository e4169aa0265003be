import { createSafelightClient } from "@safelight/client";
import type { SafelightApp } from "@safelight/client/contract";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { configure } from "@testing-library/react";
import type { ReactNode } from "react";
import { loadModule } from "../src/lib/connection/late-module.js";
import { liveModule } from "../src/lib/connection/live-of.js";
import { createSafelightHooks } from "../src/lib/hooks/create-safelight-hooks.js";
import { createSafelightNoticeHooks } from "../src/lib/hooks/create-safelight-notice-hooks.js";
import { noticesModule } from "../src/lib/notices/notices-module.js";
import { progressModule } from "../src/lib/progress/use-progress.js";
import { sessionModule } from "../src/lib/submit/generate-commands.js";
import "./after-each-test.js";
import { pageFetch } from "./page-fetch.js";
import { type TestServer, testServer } from "./test-server.js";

// As on a page whose chunks were loaded before: `late-chunks.test.tsx` and the browser tests cover the time before.
await Promise.all([
  import("@safelight/client/live"),
  loadModule(liveModule),
  loadModule(sessionModule),
  loadModule(noticesModule),
  loadModule(progressModule),
]);

// StrictMode must wrap the root: further down it does not re-run the effects of the first render. The timeout of a wait
// suits a slow machine, and is below the 25 s for which the server holds a long poll, whose end would satisfy any wait.
configure({ reactStrictMode: true, asyncUtilTimeout: 20_000 });

/** The app that types the tests. */
export type App = SafelightApp<{
  flux: { readonly input: { readonly prompt: string; readonly steps?: number } };
  other: { readonly input: { readonly prompt: string } };
}>;

/** One page: a client of the server, its hooks, and its own query cache. It is closed at the end of the test. */
export function openPage(server = testServer(), queryClient = new QueryClient()) {
  return { server, ...openPageOf({ fetch: pageFetch(server.fetch) }, queryClient) };
}

/** As `openPage`, for any implementation of `fetch`. It is never closed. */
export function openPageOf({ fetch }: Pick<TestServer, "fetch">, queryClient = new QueryClient()) {
  const client = createSafelightClient<App>({
    baseUrl: "http://safelight.test",
    cacheKey: "/api/generations",
    fetch,
  });
  const hooks = { ...createSafelightHooks(client), ...createSafelightNoticeHooks(client) };
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
  );
  return { client, hooks, queryClient, wrapper };
}

import { createSafelightClient } from "@safelight/client";
import type { SafelightApp } from "@safelight/client/contract";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup } from "@testing-library/react";
import { type ReactNode, StrictMode } from "react";
import { afterEach } from "vitest";
import { createSafelightHooks } from "../src/lib/create-safelight-hooks.js";
import { ContractServer } from "./contract-server.js";

afterEach(cleanup);

/** The app that the tests are typed by. */
export type App = SafelightApp<{
  flux: { readonly input: { readonly prompt: string; readonly steps?: number } };
  other: { readonly input: { readonly prompt: string } };
}>;

/** One page: a client of the server, its hooks, and a query cache of its own. */
export function openPage(server = new ContractServer(), queryClient = new QueryClient()) {
  const client = createSafelightClient<App>({ baseUrl: "http://safelight.test", fetch: server.fetch });
  const hooks = createSafelightHooks(client);
  const wrapper = ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    </StrictMode>
  );
  return { server, client, hooks, queryClient, wrapper };
}

import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, it } from "vitest";
import { openPage } from "../../test/set-up.js";
import { generationQueryOptions, historyQueryOptions } from "./query/query-options.js";

it("a page that a router kept from the previous owner is never rendered with its data", async () => {
  const { server, client, hooks, wrapper: Page } = openPage();
  const { id } = server.submit();
  const before = new QueryClient();
  await before.prefetchInfiniteQuery(historyQueryOptions(client));
  await before.prefetchQuery(generationQueryOptions(client, id));
  const state = dehydrate(before);
  server.signIn("owner-b", { held: "kept" });
  const own = server.submit();
  renderHook(() => hooks.useActiveGeneration(), { wrapper: Page });
  await waitFor(() => expect(server.held).toBe(1));

  const shown: unknown[] = [];
  const use = () => {
    const { generations } = hooks.useGenerationHistory();
    shown.push([...generations, hooks.useGeneration(id).generation].map((of) => of?.id));
  };
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <Page>
      <HydrationBoundary state={state}>{children}</HydrationBoundary>
    </Page>
  );
  // The second time, both queries are in the cache, without data.
  for (let visit = 0; visit < 2; visit += 1) {
    const { unmount } = renderHook(use, { wrapper });
    await waitFor(() => expect(shown.at(-1)).toEqual([own.id, undefined]));
    unmount();
  }
  expect(shown.flat()).not.toContain(id);
});

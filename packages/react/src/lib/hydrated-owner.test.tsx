import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, it } from "vitest";
import { openPage } from "../../test/set-up.js";
import { generationQueryOptions, historyQueryOptions } from "./query/query-options.js";

it("never renders hydrated data of the previous owner", async () => {
  const { server, client, hooks, wrapper: Page } = openPage();
  const { id } = server.submit();
  const previousCache = new QueryClient();
  await previousCache.prefetchInfiniteQuery(historyQueryOptions(client));
  await previousCache.prefetchQuery(generationQueryOptions(client, id));
  const state = dehydrate(previousCache);
  server.signIn("owner-b", { held: "kept" });
  const own = server.submit();
  renderHook(() => hooks.useActiveGeneration(), { wrapper: Page });
  await waitFor(() => expect(server.held).toBe(1));

  const renderedIds: unknown[] = [];
  const readPage = () => {
    const { generations } = hooks.useGenerationHistory();
    renderedIds.push([...generations, hooks.useGeneration(id).generation].map((of) => of?.id));
  };
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <Page>
      <HydrationBoundary state={state}>{children}</HydrationBoundary>
    </Page>
  );
  // The second time, both queries are in the cache, without data.
  for (let visit = 0; visit < 2; visit += 1) {
    const { unmount } = renderHook(readPage, { wrapper });
    await waitFor(() => expect(renderedIds.at(-1)).toEqual([own.id, undefined]));
    unmount();
  }
  expect(renderedIds.flat()).not.toContain(id);
});

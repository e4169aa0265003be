import type { HistoryResponse } from "@safelight/client/contract";
import { type InfiniteData, QueryClient, type QueryPersister } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { openPage } from "../../../test/set-up.js";
import { testServer } from "../../../test/test-server.js";
import { createPendingSubmissions } from "../submit/pending-submissions.js";
import { historyQueryOptions } from "./query-options.js";
import { safelightKeys } from "./safelight-keys.js";

type Pages = InfiniteData<HistoryResponse, string | null>;

const soon = () => act(() => new Promise((resolve) => setTimeout(resolve, 200)));
/** Leaves a submission of `owner-a` that a reload interrupted. */
const interrupt = () =>
  createPendingSubmissions("safelight:/api/generations").put({
    request: { model: "flux", input: { prompt: "a lamp" } },
    idempotencyKey: "key-of-the-click",
    submittedAt: Date.now(),
    ownerTag: "owner-a",
    hasFailed: false,
  });

/** A page whose histories come from a persister, once there is one to restore. */
function openKeptPage() {
  let kept: Pages | undefined;
  const persister: QueryPersister = async (read, context, query) =>
    kept !== undefined && query.queryKey[2] === "history" ? kept : read(context);
  const queryClient = new QueryClient({ defaultOptions: { queries: { persister } } });
  const restore = (pages: Pages | undefined) => {
    kept = pages;
  };
  return { ...openPage(testServer(), queryClient), restore };
}

describe("a response of the server", () => {
  beforeEach(() => sessionStorage.clear());

  it("does not confirm the owner of manually set data, if only some of the pages were fetched", async () => {
    const { server, hooks, wrapper, client, queryClient } = openPage();
    for (let count = 0; count < 25; count += 1) server.submit();
    const kept: Pages = { pages: [await client.list()], pageParams: [null] };
    await queryClient.fetchInfiniteQuery({ ...historyQueryOptions(client), pages: 2 });
    server.interceptNext("GET /?cursor", () => Response.json({ code: "unauthenticated" }, { status: 401 }));
    await queryClient.refetchQueries({ queryKey: safelightKeys.history(), type: "all" });
    server.signIn("owner-b");
    interrupt();
    const answers = Array.from({ length: 5 }, () => server.stallNext("GET"));
    renderHook(() => hooks.useActiveGeneration(), { wrapper });
    await waitFor(() => expect(server.requestsTo("GET /active")).toHaveLength(1));
    act(() => void queryClient.setQueryData(safelightKeys.history(), kept));
    renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await soon();
    expect(server.requestsTo("POST")).toEqual([]);
    for (const answer of answers) answer();
  });

  it("does not confirm the owner of data that a persister restores instead", async () => {
    const { server, hooks, wrapper, client, queryClient, restore } = openKeptPage();
    server.submit();
    const { result } = renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await waitFor(() => expect(result.current.generations).toHaveLength(1));
    restore(queryClient.getQueryData<Pages>(historyQueryOptions(client).queryKey));
    interrupt();
    server.signIn("owner-b", { held: "kept" });
    const answers = Array.from({ length: 20 }, () => server.stallNext("GET"));
    act(() => {
      queryClient.removeQueries({ queryKey: safelightKeys.active() });
      void queryClient.resetQueries({ queryKey: safelightKeys.all() });
    });
    renderHook(() => hooks.useGenerate({ model: "flux" }), { wrapper });
    await soon();
    expect(server.requestsTo("POST")).toEqual([]);
    for (const answer of answers) answer();
  });

  it("does not confirm the owner of data that a persister restores after it", async () => {
    const { server, hooks, wrapper, client, queryClient, restore } = openKeptPage();
    server.signIn("owner-b");
    server.submit();
    const ofAnother: Pages = { pages: [await client.list()], pageParams: [null] };
    server.signIn("owner-a");
    const { id } = server.submit();
    const shown: (string | undefined)[] = [];
    renderHook(
      () => {
        hooks.useGenerationHistory();
        shown.push(hooks.useActiveGeneration().generation?.id);
      },
      { wrapper },
    );
    await waitFor(() => expect(server.held).toBe(1));
    shown.length = 0;
    restore(ofAnother);
    const answers = Array.from({ length: 5 }, () => server.stallNext("GET"));
    await act(() => queryClient.refetchQueries({ queryKey: safelightKeys.history() }));
    await soon();
    expect(new Set(shown)).toEqual(new Set([id]));
    for (const answer of answers) answer();
  });
});

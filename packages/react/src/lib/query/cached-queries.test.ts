import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { describe, expect, it, vi } from "vitest";
import { closedGate } from "../../../test/gate.js";
import { makeGeneration } from "../../../test/generations.js";
import { cachedQueries } from "./cached-queries.js";

describe("cachedQueries", () => {
  it("replaces a fetch that runs when everything is refetched, and skips the given query", async () => {
    const queryClient = new QueryClient();
    const gate = closedGate();
    const observe = (id: string, before: Promise<void>) => {
      const queryFn = vi.fn(async () => makeGeneration(id, { version: 2 }));
      queryFn.mockImplementationOnce(() => before.then(() => makeGeneration(id)));
      const options = { queryKey: ["root", "server", "generation", id], queryFn, retry: false };
      return { ...options, unsubscribe: new QueryObserver(queryClient, options).subscribe(() => {}) };
    };
    const [running, skipped] = [observe("gen_1", gate.before), observe("gen_2", Promise.resolve())];
    await expect.poll(() => queryClient.getQueryData(skipped.queryKey)).toBeDefined();
    const fetched = queryClient.fetchQuery(running);
    cachedQueries(queryClient, ["root", "server"]).refetchAll(queryClient.getQueryCache().find(skipped));
    expect(await fetched).toMatchObject({ version: 2 });
    gate.open();
    await new Promise((resolve) => setImmediate(resolve));
    expect(queryClient.getQueryData(running.queryKey)).toMatchObject({ version: 2 });
    expect(skipped.queryFn).toHaveBeenCalledTimes(1);
    for (const { unsubscribe } of [running, skipped]) unsubscribe();
  });
});

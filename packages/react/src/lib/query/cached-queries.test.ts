import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { describe, expect, it, vi } from "vitest";
import { closedGate } from "../../../test/gate.js";
import { makeGeneration } from "../../../test/generations.js";
import { cachedQueries } from "./cached-queries.js";

describe("cachedQueries", () => {
  it("repeats a fetch that runs when everything is refetched, and skips the given query", async () => {
    const queryClient = new QueryClient();
    const gate = closedGate();
    const observe = (id: string) => {
      const queryFn = vi.fn(async () => {
        await gate.before;
        return makeGeneration(id);
      });
      const queryKey = ["root", "server", "generation", id];
      const unsubscribe = new QueryObserver(queryClient, { queryKey, queryFn, retry: false }).subscribe(() => {});
      return { queryFn, queryKey, unsubscribe };
    };
    const [running, skipped] = [observe("gen_1"), observe("gen_2")];
    const except = queryClient.getQueryCache().find({ queryKey: skipped.queryKey });
    cachedQueries(queryClient, ["root", "server"]).refetchAll(except);
    gate.open();
    await vi.waitFor(() => expect(running.queryFn).toHaveBeenCalledTimes(2));
    expect(skipped.queryFn).toHaveBeenCalledTimes(1);
    for (const { unsubscribe } of [running, skipped]) unsubscribe();
  });
});

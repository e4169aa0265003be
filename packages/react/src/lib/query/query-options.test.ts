import { onlineManager, QueryClient } from "@tanstack/react-query";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { openPageOf } from "../../../test/set-up.js";
import { testServer } from "../../../test/test-server.js";
import {
  activeQueryOptions,
  creditsQueryOptions,
  generationQueryOptions,
  historyQueryOptions,
} from "./query-options.js";

describe("query options", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("fetches every query when the device reports to be offline, since it may be wrong", async () => {
    onlineManager.setOnline(false);
    onTestFinished(() => onlineManager.setOnline(true));
    const server = testServer();
    const { id } = server.submit();
    const { client, queryClient } = openPageOf(server);
    await queryClient.fetchQuery(activeQueryOptions(client));
    await queryClient.fetchQuery(generationQueryOptions(client, id));
    await queryClient.fetchInfiniteQuery(historyQueryOptions(client));
    await queryClient.fetchInfiniteQuery(creditsQueryOptions(client));
    expect(server.received()).toHaveLength(4);
  });

  it("computes the clock offset in a browser, and none on a server", async () => {
    const { client } = openPageOf(testServer());
    const read = async () => (await new QueryClient().fetchQuery(activeQueryOptions(client))).serverOffsetMs;
    expect(await read()).toBeTypeOf("number");
    vi.stubGlobal("window", undefined);
    expect(await read()).toBeNull();
  });
});

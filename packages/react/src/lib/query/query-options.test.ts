import { QueryClient } from "@tanstack/react-query";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openPageOf } from "../../../test/set-up.js";
import { testServer } from "../../../test/test-server.js";
import { activeQueryOptions } from "./query-options.js";

describe("activeQueryOptions", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("computes the clock offset in a browser, and none on a server", async () => {
    const { client } = openPageOf(testServer());
    const read = async () => (await new QueryClient().fetchQuery(activeQueryOptions(client))).serverOffsetMs;
    expect(await read()).toBeTypeOf("number");
    vi.stubGlobal("window", undefined);
    expect(await read()).toBeNull();
  });
});

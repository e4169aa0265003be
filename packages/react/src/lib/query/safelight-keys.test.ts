import { createSafelightClient } from "@safelight/client";
import { describe, expect, it } from "vitest";
import type { App } from "../../../test/set-up.js";
import { createSafelightHooks } from "../hooks/create-safelight-hooks.js";
import {
  activeQueryOptions,
  creditsQueryOptions,
  generationQueryOptions,
  historyQueryOptions,
} from "./query-options.js";

describe("the keys of a client", () => {
  it("match the keys of its queries, for any base URL", () => {
    const client = createSafelightClient<App>({ baseUrl: "https://api.example.com", basePath: "/media" });
    const { keys } = createSafelightHooks(client);
    const filter = { status: "completed" } as const;
    expect(keys.active()).toEqual(activeQueryOptions(client).queryKey);
    expect(keys.generation("gen_1")).toEqual(generationQueryOptions(client, "gen_1").queryKey);
    expect(keys.history(filter)).toEqual(historyQueryOptions(client, filter).queryKey);
    expect(keys.credits()).toEqual(creditsQueryOptions(client).queryKey);
    for (const key of [keys.active(), keys.generations(), keys.histories(), keys.credits()]) {
      expect(key.slice(0, 2)).toEqual(keys.all());
    }
    expect(keys.generation("gen_1").slice(0, 3)).toEqual(keys.generations());
    expect(keys.history().slice(0, 3)).toEqual(keys.histories());
    expect(keys.all()).toEqual(["safelight", "https://api.example.com/media"]);
  });
});

import { describe, expect, it } from "vitest";
import { testServer } from "../testing/test-server.js";

describe("GET /events of who is gone before it begins", () => {
  it.each(["loop", "request"] as const)("leaves no timer behind, in mode %s", async (mode) => {
    let identify = () => {};
    const isIdentified = new Promise<void>((resolve) => {
      identify = resolve;
    });
    const server = await testServer({
      worker: { mode },
      identify: async () => {
        await isIdentified;
        return "ann";
      },
    });
    const request = new AbortController();
    const asked = server.ask("ann", "/events", { signal: request.signal });
    request.abort();
    identify();
    expect((await asked).status).toBe(503);
    await expect.poll(() => server.clock.pending()).toEqual([]);
  });
});

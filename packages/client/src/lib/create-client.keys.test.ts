import { describe, expect, it, vi } from "vitest";
import { processing } from "../../test/generations.js";
import { manualServer, origin } from "../../test/manual-server.js";
import { testClient } from "../../test/test-client.js";
import { createIdempotencyKey } from "./requests/create-idempotency-key.js";

const server = manualServer();

describe("createClient", () => {
  it("rejects input that JSON cannot represent before sending it", async () => {
    const { client } = testClient();
    const circle: { self?: unknown } = {};
    circle.self = circle;
    await expect(client.submit("flux", circle)).rejects.toMatchObject({ code: "invalid_input", status: null });
    await expect(client.submit("flux", { size: 1n })).rejects.toMatchObject({ code: "invalid_input" });
    expect(server.count).toBe(0);
  });

  it("uses the given fetch and credentials", async () => {
    const seen: Request[] = [];
    const fetch = async (request: Request) => {
      seen.push(request);
      return Response.json({ generation: processing() });
    };
    await testClient({ fetch, credentials: "include" }).client.get("gen_9");
    await testClient({ fetch }).client.get("gen_9");
    expect(seen.map(({ url }) => url)).toEqual(Array(2).fill(`${origin}/api/generations/gen_9`));
    expect(seen.map(({ credentials }) => credentials)).toEqual(["include", "same-origin"]);
    expect(server.count).toBe(0);
  });

  it("creates keys without a secure context, and never the same twice", async () => {
    const keys = new Set(Array.from({ length: 1_000 }, createIdempotencyKey));
    expect(keys.size).toBe(1_000);
    for (const key of keys) expect(key).toMatch(/^[\w-]{1,255}$/);
  });

  it("creates keys without crypto", () => {
    vi.stubGlobal("crypto", undefined);
    const keys = new Set(Array.from({ length: 1_000 }, createIdempotencyKey));
    vi.unstubAllGlobals();
    expect(keys.size).toBe(1_000);
  });
});

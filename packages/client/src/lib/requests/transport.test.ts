import { describe, expect, it, onTestFinished, vi } from "vitest";
import { nothingLeft } from "../../../test/fake-environment.js";
import { active, processing } from "../../../test/generations.js";
import { manualServer, origin } from "../../../test/manual-server.js";
import { testClient } from "../../../test/test-client.js";
import { parseJson } from "./transport.js";

const server = manualServer();

describe("a client without baseUrl, where there is no page", () => {
  const refusal = {
    name: "TypeError",
    message: expect.stringMatching(/^Cannot resolve \/api\/generations.*: set `baseUrl`$/),
  };

  it("rejects calls with a TypeError, without a retry", async () => {
    const { client, environment } = testClient({ baseUrl: undefined });
    await expect(client.get("gen_1")).rejects.toMatchObject(refusal);
    await expect(client.submit("flux", {})).rejects.toMatchObject(refusal);
    await expect(client.wait("gen_1")).rejects.toMatchObject(refusal);
    expect(environment.leftovers).toEqual(nothingLeft);
    expect(server.count).toBe(0);
  });

  it.each([undefined, { sequence: 1, ownerTag: "owner" }])("ends events with it, after %j", async (after) => {
    const { client } = testClient({ baseUrl: undefined });
    const received = (async () => {
      for await (const _ of client.events({ after }));
    })();
    await expect(received).rejects.toMatchObject(refusal);
  });
});

describe("basePath", () => {
  it.each(["", "/", "//"])("%j requests the root of the page's origin, not the page", async (basePath) => {
    vi.stubGlobal("document", { baseURI: `${origin}/some/page?tab=2` });
    onTestFinished(() => void vi.unstubAllGlobals());
    const { client } = testClient({ baseUrl: undefined, basePath });
    const calls = [client.submit("flux", {}), client.list({ limit: 5 }), client.active()];
    const requests = [await server.next(), await server.next(), await server.next()];
    const lines = requests.map(({ method, path }) => `${method} ${path}`);
    expect(lines.toSorted()).toEqual(["GET /?limit=5", "GET /active", "POST /"]);
    for (const request of requests) request.json({ ...active(), generation: processing(), credits: null });
    await Promise.all(calls);
  });
});

describe("parseJson", () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ["[]", null],
    ["null", null],
    ["1", null],
    ["<!doctype html>", null],
  ])("parses %s to %j", (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });
});

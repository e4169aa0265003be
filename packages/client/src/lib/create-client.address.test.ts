import { describe, expect, it, onTestFinished, vi } from "vitest";
import { processing } from "../../test/generations.js";
import { manualServer, origin } from "../../test/manual-server.js";
import { testClient } from "../../test/test-client.js";
import { createSafelightClient } from "./create-safelight-client.js";

const server = manualServer();

describe("createClient", () => {
  it("requests the origin of its page, also if Request does not resolve relative URLs, as in jsdom", async () => {
    vi.stubGlobal("document", { baseURI: `${origin}/some/page` });
    onTestFinished(() => void vi.unstubAllGlobals());
    const { client } = testClient({ baseUrl: undefined });
    const response = client.get("gen_1");
    const request = await server.next();
    expect(request.path).toBe("/api/generations/gen_1");
    request.json({ generation: processing() });
    await response;
  });

  it.each([null, "", "/", undefined])("requests its baseUrl from a document whose address is %j", async (baseURI) => {
    vi.stubGlobal("document", { baseURI });
    onTestFinished(() => void vi.unstubAllGlobals());
    const response = testClient().client.get("gen_1");
    (await server.next()).json({ generation: processing() });
    await response;
  });

  it("sends the headers of an object", async () => {
    const { client } = testClient({ headers: { authorization: "Bearer 1" } });
    client.models();
    const request = await server.next();
    expect(request.headers.get("authorization")).toBe("Bearer 1");
    request.json({ models: [] });
  });

  it("calls a headers function for each request, also an async one", async () => {
    const tokens = ["Bearer 1", "Bearer 2"].values();
    const { client } = testClient({
      headers: async () => new Headers({ authorization: tokens.next().value ?? "none" }),
    });
    for (const expected of ["Bearer 1", "Bearer 2"]) {
      const models = client.models();
      const request = await server.next();
      expect(request.headers.get("authorization")).toBe(expected);
      request.json({ models: [] });
      await models;
    }
  });

  it.each([
    ["/media/", "/media"],
    ["media", "/media"],
    ["/", ""],
  ])("normalizes a base path written as %s", async (basePath, expected) => {
    const { client } = testClient({ basePath, baseUrl: `${origin}/` });
    expect(client.cacheKey).toBe(origin + expected);
    client.models();
    const request = await server.next();
    expect(request.path).toBe(`${expected}/models`);
    request.json({ models: [] });
  });

  it.each([
    [{}, "/api/generations"],
    [{ basePath: "media/" }, "/media"],
    [{ baseUrl: "https://api.example.com/" }, "https://api.example.com/api/generations"],
    [{ baseUrl: "http://10.0.0.1:3000", cacheKey: "/media" }, "/media"],
  ])("identifies servers by the cacheKey of %o", (options, expected) => {
    expect(createSafelightClient(options).cacheKey).toBe(expected);
  });
});

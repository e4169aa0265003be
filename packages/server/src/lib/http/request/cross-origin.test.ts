import { describe, expect, it } from "vitest";
import { problemOf, type TestServer, type testModels, testServer } from "../../../../testing/test-server.js";

const trusted = "https://app.example.com";

function submit(server: TestServer<typeof testModels>, headers: Record<string, string>): Promise<Response> {
  return server.as("ann").post("", { model: "flux", input: { prompt: "x" } }, headers);
}

describe("the cross-origin rule", () => {
  const passing: Record<string, string>[] = [
    {},
    { "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
    { "sec-fetch-site": "same-origin", origin: "https://elsewhere.example" },
    { origin: "http://localhost" },
    { origin: "https://localhost" },
    { origin: trusted },
    { origin: trusted, "sec-fetch-site": "cross-site" },
  ];

  it.each(passing)("accepts a submit with %j", async (headers) => {
    const server = await testServer({ trustedOrigins: [trusted] });
    expect((await submit(server, headers)).status).toBe(202);
  });

  const refused: Record<string, string>[] = [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
    { "sec-fetch-site": "cross-site", origin: "null" },
    { "sec-fetch-site": "cross-site", origin: "http://localhost" },
    { "sec-fetch-site": "same-site", origin: "http://localhost" },
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://localhost:8080" },
    { origin: "http://localhost.evil.example" },
    { origin: `${trusted}.evil.example` },
    { origin: "http://app.example.com" },
  ];

  it.each(refused)("refuses a submit with %j before identify is called", async (headers) => {
    let identifyCalls = 0;
    const server = await testServer({
      trustedOrigins: [trusted],
      identify: () => {
        identifyCalls += 1;
        return "ann";
      },
    });
    const response = await submit(server, headers);
    expect(response.status).toBe(403);
    expect((await problemOf(response)).code).toBe("origin_not_allowed");
    expect(identifyCalls).toBe(0);
  });

  it("applies to DELETE, and not to reads", async () => {
    const server = await testServer();
    const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    const id = "gen_01900000-0000-7000-8000-00000000ffff";
    expect((await server.request("ann", `/${id}`, { method: "DELETE", headers })).status).toBe(403);
    expect((await server.request("ann", "/active", { headers })).status).toBe(200);
  });

  it("accepts the public origin behind a proxy", async () => {
    const server = await testServer({ publicUrl: "https://example.com" });
    expect((await submit(server, { origin: "https://example.com" })).status).toBe(202);
    expect((await submit(server, { origin: "https://example.org" })).status).toBe(403);
  });
});

describe("CORS", () => {
  const cors = (response: Response): Record<string, string> =>
    Object.fromEntries([...response.headers].filter(([name]) => name.startsWith("access-control-")));

  it("lets a trusted origin read every response, refusals included, and the headers that clients need", async () => {
    const server = await testServer({ trustedOrigins: [trusted] });
    for (const response of [
      await server.request("ann", "/active", { headers: { origin: trusted } }),
      await server.request(null, "/active", { headers: { origin: trusted } }),
      await submit(server, { origin: trusted }),
    ]) {
      expect(cors(response)).toMatchObject({
        "access-control-allow-origin": trusted,
        "access-control-allow-credentials": "true",
      });
      const exposed = response.headers.get("access-control-expose-headers")?.toLowerCase().split(", ") ?? [];
      for (const name of ["etag", "location", "retry-after", "ratelimit", "safelight-poll-after-ms", "x-request-id"]) {
        expect(exposed).toContain(name);
      }
      expect(response.headers.get("vary")).toContain("Origin");
    }
  });

  it("sends no CORS headers to other origins, or without trusted ones", async () => {
    const open = await testServer({ trustedOrigins: [trusted] });
    const closed = await testServer();
    const headers = { origin: "https://evil.example" };
    expect(cors(await open.request("ann", "/active", { headers }))).toEqual({});
    expect(cors(await closed.request("ann", "/active", { headers: { origin: trusted } }))).toEqual({});
  });

  it("allows the requested headers in a preflight of a trusted origin", async () => {
    const server = await testServer({ trustedOrigins: [trusted] });
    const ask = (origin: string): Promise<Response> =>
      server.request(null, "", {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "authorization, content-type, idempotency-key",
        },
      });
    const response = await ask(trusted);
    expect(response.status).toBe(204);
    expect(cors(response)).toMatchObject({
      "access-control-allow-origin": trusted,
      "access-control-allow-methods": "POST, GET, HEAD, OPTIONS",
      "access-control-allow-headers": "authorization, content-type, idempotency-key",
      "access-control-max-age": "600",
    });
    expect(cors(await ask("https://evil.example"))).toEqual({});
  });
});

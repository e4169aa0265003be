import { problems } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { type TestCaller, testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { createOpenApiDocument } from "./openapi-document.js";
import { problem } from "./problem-schema.js";
import { eventFrame } from "./response-schemas.js";
import { problemsOf, type RouteDescription, type RouteName, routeTable } from "./route-table.js";

const document = createOpenApiDocument({ serverUrl: "/api/generations" });

describe("createOpenApiDocument", () => {
  it("lists every route under its path and method", () => {
    const listed = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`),
    );
    const routes = Object.entries<RouteDescription>(routeTable).map(
      ([name, { method, path }]) => `${name} ${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`,
    );
    expect(listed.toSorted()).toEqual(routes.toSorted());
  });

  it("lists every problem of the server", () => {
    const codes = Object.entries(problems).filter(([, { status }]) => status !== null);
    expect(Object.keys(document.components.responses).toSorted()).toEqual(codes.map(([code]) => code).toSorted());
  });

  it("refers only to existing schemas", () => {
    const text = JSON.stringify(document);
    const names = Array.from(text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g), ([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(document.components.schemas).toHaveProperty([name ?? ""]);
    expect(text).not.toContain("$defs");
  });

  it("describes the body of a submit", () => {
    const { schema } = document.paths["/"]?.post?.requestBody?.content["application/json"] ?? {};
    expect(schema).toEqual({ $ref: "#/components/schemas/SubmitBody" });
    expect(document.components.schemas.SubmitBody).toMatchObject({
      required: ["model", "input"],
      properties: {
        scope: { type: "string", maxLength: 128 },
        expectedCredits: { type: "integer", minimum: 0 },
      },
    });
  });

  it("lists only the codes of the server in a problem", () => {
    const { properties } = document.components.schemas.Problem ?? {};
    expect(properties?.code).toMatchObject({ enum: Object.keys(document.components.responses) });
  });

  it("gives the wait of a long poll no maximum, because a higher value is accepted", async () => {
    const ann = (await testServer()).as("ann");
    const { sequence } = await ann.submit();
    expect((await ann.get(`/active?after=${sequence - 1}&wait=1000`)).status).toBe(200);
    for (const path of ["/active", "/{id}"]) {
      const wait = document.paths[path]?.get?.parameters.find(({ name }) => name === "wait");
      expect(wait?.schema).toEqual({
        type: "integer",
        minimum: 0,
        description: expect.stringMatching(/Higher values count as 25\.$/),
      });
    }
  });

  it("lists the refusal of a malformed URL for every route", () => {
    for (const [name, route] of Object.entries<RouteDescription>(routeTable)) {
      expect([name, problemsOf(route).includes("malformed_request")]).toEqual([name, true]);
    }
  });

  it("lists the refusals of bodies for exactly the routes that read one", async () => {
    const tickSecret = "a tick secret that is long enough";
    const server = await testServer({ worker: { tickSecret }, recognition: true });
    const { id } = await server.as("ann").submit();
    for (const [name, route] of Object.entries<RouteDescription>(routeTable)) {
      // A vendor's webhook may have any type. Its other refusals are those of every body.
      if (route.access === "provider") continue;
      const headers = { "content-encoding": "gzip", "content-type": "application/json" };
      const init = { method: route.method, headers, ...(route.method === "GET" ? {} : { body: "{}" }) };
      const token = route.access === "secret" ? tickSecret : "ann";
      const path = route.path.replace(":id", id).replace(":groupId", id.replace("gen_", "grp_"));
      const response = await server.request(token, path, init);
      const codes = problemsOf(route);
      expect([name, codes.includes("unsupported_media_type")]).toEqual([name, response.status === 415]);
      expect([name, codes.includes("payload_too_large")]).toEqual([name, response.status === 415]);
    }
  });

  it("lists price_changed only for a submit, which has expectedCredits", () => {
    const routes = Object.entries<RouteDescription>(routeTable).filter(([, { problems: codes }]) =>
      codes.includes("price_changed"),
    );
    expect(routes.map(([name]) => name)).toEqual(["submit", "submitMany"]);
  });

  it("describes the upload of an image", () => {
    expect(document.paths["/inputs"]?.post?.requestBody?.content).toEqual({
      "image/*": { schema: { type: "string", format: "binary" } },
      "video/*": { schema: { type: "string", format: "binary" } },
      "audio/*": { schema: { type: "string", format: "binary" } },
      "multipart/form-data": {
        schema: {
          type: "object",
          properties: { file: { type: "string", format: "binary" } },
          required: ["file"],
        },
      },
    });
  });

  it("describes the numbers of a query", () => {
    const parameters = document.paths["/"]?.get?.parameters ?? [];
    expect(parameters.find(({ name }) => name === "limit")).toMatchObject({
      in: "query",
      required: false,
      schema: { type: "integer", minimum: 1, maximum: 100, description: "Default 20." },
    });
  });
});

describe("the response schemas", () => {
  const check = async (name: RouteName, response: Response): Promise<void> => {
    const { responses }: RouteDescription = routeTable[name];
    const { schema } = responses[response.status] ?? { schema: null };
    if (schema === null || schema === "bytes" || schema === "events")
      throw new Error(`${name} has no schema for ${response.status}.`);
    expectToFit(schema, await response.json());
  };

  it("match the server's responses, to the last field", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await check("status", await ann.get(`/${id}`));
    await ann.finish(id);
    await check("status", await ann.get(`/${id}`));
    const canceled = await ann.submit();
    await check("cancel", await ann.post(`/${canceled.id}/cancel`));
    await check("submit", await ann.post("", { model: "flux", input: { prompt: "x" } }, { "idempotency-key": "k" }));
    await check("submit", await ann.post("", { model: "flux", input: { prompt: "x" } }, { "idempotency-key": "k" }));
    await check("retry", await ann.post(`/${id}/retry`));
    await check("active", await ann.get("/active"));
    await check("active", await ann.get("/active?after=0"));
    await check("history", await ann.get("/"));
    await check("credits", await ann.get("/credits"));
    await check("seen", await ann.post("/seen", { ids: [id] }));
    const upload = { method: "POST", body: new Uint8Array(tinyPng()), headers: { "content-type": "image/png" } };
    await check("uploadInput", await server.request("ann", "/inputs", upload));
    await check("models", await server.request(null, "/models"));
    await check("health", await server.request(null, "/health"));
    await check("openapi", await server.request(null, "/openapi.json"));
  });

  it("match the frames of its stream, to the last field", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.submit();
    const reader = (await ann.get("/events")).body?.pipeThrough(new TextDecoderStream()).getReader();
    const next = async (): Promise<void> => {
      const { value = "" } = (await reader?.read()) ?? {};
      expectToFit(eventFrame, JSON.parse(value.slice(value.indexOf("data: ") + "data: ".length)));
    };
    await next();
    await next();
    await ann.submit();
    await next();
    await reader?.cancel();
  });

  it("describe a frame of the stream", () => {
    expect(document.paths["/events"]?.get?.responses["200"]?.description).toContain("`EventFrame`");
    expect(document.components.schemas.EventFrame).toEqual({
      anyOf: ["ActiveChangesResponse", "Changes", "BalanceFrame"].map((name) => ({
        $ref: `#/components/schemas/${name}`,
      })),
    });
  });

  it("match its problems", async () => {
    const server = await testServer({ credits: { initialGrant: 0 } });
    const ann: TestCaller = server.as("ann");
    for (const response of [
      await ann.post("", { model: "flux", input: { prompt: "x" } }),
      await ann.post("", { model: "flux", input: {} }),
      await ann.get("/nope"),
    ]) {
      expectToFit(problem, await response.json());
    }
  });
});

/** Parsing drops unknown fields, so an unchanged value has none. */
function expectToFit(schema: z.ZodType, value: unknown): void {
  expect(schema.parse(value)).toEqual(value);
}

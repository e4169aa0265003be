import type { Json, QuoteResponse } from "@safelight/client/contract";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { bodyOf, problemOf, type TestServer, testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { defineModel, type Models } from "../../model/define-model.js";

const input = z.object({ prompt: z.string().min(1), count: z.int().min(1).max(4).default(1) });
const provider = scriptedProvider<{ prompt: string; count: number }>({ poll: [done(0, 1)] });
const models = {
  flux: defineModel({
    provider,
    input,
    credits: ({ count }, { ownerId }) => (ownerId === "vip" ? 1 : 4) * count,
    outputs: ({ count }) => count,
  }),
  old: defineModel({ provider, input, retired: true }),
};

const quoteOf = async (
  server: Pick<TestServer<Models>, "as">,
  body: Json = { model: "flux", input: { prompt: "a lamp", count: 2 } },
  owner = "ann",
): Promise<QuoteResponse> => {
  const response = await server.as(owner).post("/quote", body);
  expect(response.status).toBe(200);
  return bodyOf(response);
};

describe("POST /quote", () => {
  it("returns the price for the caller, the balance, and limits that are not used yet", async () => {
    const server = await testServer({ models, limits: { maxActive: 3, rate: { requests: 2, perMs: 60_000 } } });
    const { ownerTag, ...quote } = await quoteOf(server);
    expect(quote).toEqual({
      credits: 8,
      balance: 100,
      expectedAt: null,
      expectedOutputs: 2,
      queueLength: 0,
      limits: {
        concurrent: { max: 3, active: 0 },
        rate: { max: 2, perMs: 60_000, remaining: 2, retryAfterMs: 0 },
        refunds: { max: 100, perMs: 3_600_000, remaining: 100, retryAfterMs: 0 },
      },
    });
    expect(ownerTag).toBe((await bodyOf<{ ownerTag: string }>(await server.as("ann").get("/active"))).ownerTag);
    expect(await quoteOf(server, { model: "flux", input: { prompt: "x" } }, "vip")).toMatchObject({ credits: 1 });
    expect(await server.safelight.api.quote({ ownerId: "ann" }, "flux", { prompt: "x", count: 3 })).toMatchObject({
      credits: 12,
      expectedOutputs: 3,
    });
  });

  it("equals the debit of the submit that follows, and shows its use of the limits", async () => {
    const server = await testServer({ models, limits: { maxActive: 3, rate: { requests: 2, perMs: 60_000 } } });
    const { credits } = await quoteOf(server);
    await server.as("ann").submit({ prompt: "a lamp", count: 2 }, { expectedCredits: credits });
    await server.as("ann").submit({ prompt: "a lamp" });
    expect(await quoteOf(server)).toMatchObject({
      balance: 88,
      limits: { concurrent: { active: 2 }, rate: { remaining: 0, retryAfterMs: 30_000 } },
    });
    server.clock.skip(30_000);
    expect(await quoteOf(server)).toMatchObject({ limits: { rate: { remaining: 1, retryAfterMs: 0 } } });
  });

  it("counts refunds against their budget", async () => {
    const failing = scriptedProvider<{ prompt: string }>({
      poll: [{ type: "failed", failure: { code: "content_blocked", message: "no" } }],
    });
    const server = await testServer({
      models: { flux: defineModel({ provider: failing, input, credits: 4 }) },
      limits: { refunds: { generations: 1, perMs: 3_600_000 } },
    });
    const { id } = await server.as("ann").submit();
    await server.as("ann").finish(id);
    const { refunds } = (await quoteOf(server)).limits;
    expect(refunds).toMatchObject({ max: 1, remaining: 0, retryAfterMs: expect.any(Number) });
    expect(refunds?.retryAfterMs).toBeGreaterThan(0);
  });

  it("returns null for limits that the host does not set, and for money if it does not bill", async () => {
    const server = await testServer({
      models: { flux: defineModel({ provider, input }) },
      credits: false,
      limits: { maxActive: false, rate: false, refunds: false },
    });
    expect(await quoteOf(server)).toMatchObject({
      credits: null,
      balance: null,
      limits: { concurrent: null, rate: null, refunds: null },
    });
  });

  it("estimates the end from completed runs with the same number of outputs", async () => {
    const server = await testServer({ models });
    const series = { model: "flux", providerId: "scripted", size: 2, bucket: 52 };
    await server.safelight.migrate();
    const quoted = async () => (await quoteOf(server)).expectedAt;
    await server.store.addTimings([
      { ...series, count: 2 },
      { ...series, size: 1, count: 9 },
    ]);
    expect(await quoted()).toBeNull();
    await server.store.addTimings([{ ...series, count: 1 }]);
    expect(Date.parse((await quoted()) ?? "")).toBe(server.clock.now() + 8_192);
  });

  it("writes nothing, publishes nothing, and calls neither the provider nor beforeSubmit", async () => {
    const beforeSubmit = vi.fn();
    const hints: string[] = [];
    const eventBus = { hint: (ids: readonly string[]) => void hints.push(...ids), onHint: () => () => undefined };
    const server = await testServer({ models, hooks: { beforeSubmit }, eventBus });
    await server.safelight.migrate();
    const calls = [
      vi.spyOn(provider, "submit"),
      vi.spyOn(server.store, "submit"),
      vi.spyOn(server.store, "checkSubmit"),
    ];
    await quoteOf(server);
    await server.safelight.worker.tick();
    for (const call of [...calls, beforeSubmit]) expect(call).not.toHaveBeenCalled();
    expect(hints).toEqual([]);
    // The account has no row: a quote does not create it.
    expect((await server.store.listCredits({ accountId: "ann", limit: 1, before: null })).balance).toBeNull();
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("ignores an idempotency key", async () => {
    const server = await testServer({ models });
    const send = (prompt: string) =>
      server.as("ann").post("/quote", { model: "flux", input: { prompt } }, { "idempotency-key": "k" });
    expect([(await send("a")).status, (await send("b")).status]).toEqual([200, 200]);
    await server.as("ann").post("", { model: "flux", input: { prompt: "a" } }, { "idempotency-key": "k" });
    expect((await send("c")).status).toBe(200);
  });

  it("refuses an image that is missing or of another owner, and does not extend the lifetime of an image", async () => {
    const server = await testServer({ models });
    const { api } = server.safelight;
    const { id } = await api.uploadInput({ ownerId: "ann" }, tinyPng());
    const touchInputs = vi.spyOn(server.store, "touchInputs");
    const quote = (owner: string, prompt: string) =>
      server.as(owner).post("/quote", { model: "flux", input: { prompt } });
    expect((await quote("ann", id)).status).toBe(200);
    for (const [owner, prompt] of [
      ["eve", id],
      ["ann", "inp_01900000-0000-7000-8000-00000000ffff"],
    ] as const) {
      const response = await quote(owner, prompt);
      expect(await problemOf(response)).toMatchObject({ status: 422, issues: [{ path: ["prompt"] }] });
    }
    expect(touchInputs).not.toHaveBeenCalled();
  });

  it.each<[code: string, body: unknown]>([
    ["invalid_input", { model: "flux", input: { prompt: "" } }],
    ["invalid_input", { model: "flux", input: { prompt: "x", count: 9 } }],
    ["invalid_input", { model: "flux" }],
    ["invalid_input", { model: 7, input: {} }],
    ["invalid_input", { model: "flux", input: { prompt: "\0" } }],
    ["unknown_model", { model: "none", input: {} }],
    ["unknown_model", { model: "old", input: { prompt: "x" } }],
    ["unknown_model", { model: "__proto__", input: {} }],
    ["payload_too_large", { model: "flux", input: { prompt: "x".repeat(33_000) } }],
    ["malformed_request", "no json"],
  ])("responds with %s to %j", async (code, body) => {
    const response = await (await testServer({ models })).as("ann").post("/quote", body);
    expect((await problemOf(response)).code).toBe(code);
  });

  it("refuses strangers, other content types, cross-origin pages and other methods", async () => {
    const server = await testServer({ models });
    const body = JSON.stringify({ model: "flux", input: { prompt: "x" } });
    const json = { "content-type": "application/json" };
    const send = (owner: string | null, init: RequestInit) => server.request(owner, "/quote", init);
    const post = (headers: Record<string, string>) => send("ann", { method: "POST", body, headers });
    expect((await send(null, { method: "POST", body, headers: json })).status).toBe(401);
    expect((await post({ "content-type": "text/plain" })).status).toBe(415);
    expect((await post({ ...json, "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await post({ ...json, origin: "https://evil.example" })).status).toBe(403);
    const get = await send("ann", {});
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
  });
});

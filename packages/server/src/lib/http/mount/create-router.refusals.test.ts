import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { generationOf, problemOf, testModels, testServer } from "../../../../testing/test-server.js";
import { defineModel } from "../../model/define-model.js";

const body = { model: "flux", input: { prompt: "x" } };

describe("a submit that is refused", () => {
  it("for missing credits returns the price and the balance", async () => {
    const ann = (await testServer({ credits: { initialGrant: 3 } })).as("ann");
    const response = await ann.post("", body);
    expect(response.status).toBe(402);
    expect(await problemOf(response)).toMatchObject({
      code: "insufficient_credits",
      required: 4,
      available: 3,
      retryable: false,
    });
  });

  it("for the rate limit has a Retry-After, after which it is accepted", async () => {
    const server = await testServer({ limits: { rate: { requests: 2, perMs: 60_000 } } });
    const ann = server.as("ann");
    await ann.submit();
    await ann.submit();
    const response = await ann.post("", body);
    expect(response.status).toBe(429);
    expect(await problemOf(response)).toMatchObject({ code: "rate_limited", retryable: true });
    expect(response.headers.get("retry-after")).toBe("30");
    expect(response.headers.get("ratelimit")).toBe('"submit";r=0;t=60');
    expect(response.headers.get("ratelimit-policy")).toBe('"submit";q=2;w=60, "active";q=20');
    server.clock.skip(30_000);
    expect((await ann.post("", body)).status).toBe(202);
  });

  it("for the active cap lists the active ids, newest first, and is accepted once one has ended", async () => {
    const server = await testServer({ limits: { maxActive: 2 } });
    const ann = server.as("ann");
    const first = await ann.submit();
    const second = await ann.submit();
    const response = await ann.post("", body);
    expect(response.status).toBe(429);
    expect(await problemOf(response)).toMatchObject({ code: "too_many_active", activeIds: [second.id, first.id] });
    expect(response.headers.get("retry-after")).toBe("5");
    expect(response.headers.get("ratelimit")).toBe('"active";r=0');
    await ann.post(`/${first.id}/cancel`);
    expect((await ann.post("", body)).status).toBe(202);
  });

  it("for the refund limit has a Retry-After, after which it is accepted", async () => {
    const failure = { code: "content_blocked", message: "no" } as const;
    const provider = scriptedProvider<{ prompt: string }>({ poll: [{ type: "failed", failure }] });
    const server = await testServer({
      models: { flux: defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 }) },
      limits: { refunds: { generations: 2, perMs: 3_600_000 } },
    });
    const ann = server.as("ann");
    await ann.finish((await ann.submit()).id);
    await ann.finish((await ann.submit()).id);
    const response = await ann.post("", body);
    expect(response.status).toBe(429);
    expect(await problemOf(response)).toMatchObject({ code: "refund_budget_spent", retryable: true });
    const seconds = Number(response.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(1_700);
    server.clock.skip(seconds * 1_000);
    expect((await ann.post("", body)).status).toBe(202);
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("is refused for the rate first, then for the cap, then for the credits", async () => {
    const limits = { rate: { requests: 1, perMs: 1_000 }, maxActive: 1 };
    const server = await testServer({ credits: { initialGrant: 4 }, limits });
    const ann = server.as("ann");
    const { id } = await ann.submit();
    expect((await problemOf(await ann.post("", body))).code).toBe("rate_limited");
    server.clock.skip(1_000);
    expect((await problemOf(await ann.post("", body))).code).toBe("too_many_active");
    await ann.finish(id);
    expect((await problemOf(await ann.post("", body))).code).toBe("insufficient_credits");
  });

  it("for a changed price returns the price, and charges nothing", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const response = await ann.post("", { ...body, expectedCredits: 3 });
    expect(response.status).toBe(409);
    expect(await problemOf(response)).toMatchObject({ code: "price_changed", credits: 4 });
    const accepted = await ann.post("", { ...body, expectedCredits: 4 });
    expect(accepted.status).toBe(202);
    const { generation } = await accepted.json();
    await ann.finish(generation.id);
    const retried = await ann.post(`/${generation.id}/retry`, { expectedCredits: 3 });
    expect(await problemOf(retried)).toMatchObject({ status: 409, code: "price_changed", credits: 4 });
    expect((await ann.post(`/${generation.id}/retry`, { expectedCredits: 4 })).status).toBe(202);
    expect(await server.safelight.audit()).toEqual([]);
  });

  it.each(["none", "toString", "__proto__", ""])("for the unknown model %j", async (model) => {
    const ann = (await testServer()).as("ann");
    const response = await ann.post("", { ...body, model });
    expect(response.status).toBe(422);
    expect(await problemOf(response)).toMatchObject({
      code: "unknown_model",
      detail: `Unknown model ${JSON.stringify(model)}. Use one of: flux.`,
    });
  });

  it("for an unknown model lists the offered ones, without retired ones", async () => {
    const { flux } = testModels;
    const retired = defineModel({ provider: scriptedProvider(), input: z.object({}), retired: true });
    const server = await testServer({ models: { flux, gone: retired, schnell: flux } });
    const { detail } = await problemOf(await server.as("ann").post("", { model: "fluks", input: {} }));
    expect(detail).toBe('Unknown model "fluks". Use one of: flux, schnell.');
  });

  it.each([
    [{ model: "flux" }, "input"],
    [{ input: {} }, "model"],
  ])("for a missing field names it: %j", async (incomplete, field) => {
    const ann = (await testServer()).as("ann");
    const problem = await problemOf(await ann.post("", incomplete));
    expect(problem).toMatchObject({ code: "invalid_input", detail: `${field}: This field is missing.` });
  });

  it("for a model with a huge name contains its first characters", async () => {
    const ann = (await testServer()).as("ann");
    const { detail } = await problemOf(await ann.post("", { ...body, model: "m".repeat(1_000) }));
    expect(detail).toBe(`Unknown model "${"m".repeat(64)}". Use one of: flux.`);
  });

  it("for a retired model, which is still listed", async () => {
    const retired = defineModel({
      provider: scriptedProvider<{ prompt: string }>(),
      input: z.object({ prompt: z.string() }),
      retired: true,
    });
    const server = await testServer({ models: { retired } });
    const response = await server.as("ann").post("", { model: "retired", input: { prompt: "x" } });
    expect(await problemOf(response)).toMatchObject({
      code: "unknown_model",
      detail: 'The model "retired" is retired and accepts no new generations.',
    });
    expect(await (await server.request(null, "/models")).json()).toEqual({
      models: [{ id: "retired", kind: "image", credits: 0, retired: true }],
    });
  });

  it("for its input lists issues with paths from the root of the input", async () => {
    const ann = (await testServer()).as("ann");
    const response = await ann.post("", { model: "flux", input: { prompt: "", steps: 0.5 } });
    expect(response.status).toBe(422);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ code: "invalid_input", retryable: false });
    expect(problem.issues?.map(({ path }) => path)).toEqual([["prompt"], ["steps"]]);
    expect(problem.detail).toBe(`prompt: ${problem.issues?.[0]?.message}`);
  });

  it.each([
    ["model", { input: {} }],
    ["model", { model: 7, input: {} }],
    ["input", { model: "flux" }],
    ["scope", { ...body, scope: "s".repeat(129) }],
    ["scope", { ...body, scope: 7 }],
    ["metadata", { ...body, metadata: { text: "m".repeat(4_086) } }],
    ["metadata", { ...body, metadata: ["a list"] }],
    ["expectedCredits", { ...body, expectedCredits: 1.5 }],
    ["expectedCredits", { ...body, expectedCredits: -1 }],
    ["expectedCredits", { ...body, expectedCredits: "4" }],
  ])("for its %s", async (field, wrong) => {
    const ann = (await testServer()).as("ann");
    const response = await ann.post("", wrong);
    expect(response.status).toBe(422);
    expect(await problemOf(response)).toMatchObject({ code: "invalid_input", issues: [{ path: [field] }] });
  });

  it("is not refused for a scope and metadata of the max size", async () => {
    const ann = (await testServer()).as("ann");
    const fields = { scope: "s".repeat(128), metadata: { text: "m".repeat(4_085) } };
    expect(JSON.stringify(fields.metadata)).toHaveLength(4_096);
    expect(await ann.submit({ prompt: "x" }, fields)).toMatchObject(fields);
  });

  it("is priced by the parsed input and the caller", async () => {
    const priced = defineModel({
      provider: scriptedProvider<{ prompt: string; steps: number }>(),
      input: z.object({ prompt: z.string(), steps: z.int().default(8) }),
      credits: ({ steps }, { accountId }) => (accountId === "team" ? 0 : steps),
      outputs: ({ steps }) => steps / 4,
    });
    const server = await testServer({
      models: { ...testModels, priced },
      identify: ({ headers }) => ({ ownerId: "ann", accountId: headers.get("x-account") ?? "ann" }),
    });
    const submit = { model: "priced", input: { prompt: "x" } };
    const own = await generationOf(await server.as("").post("", submit));
    expect(own).toMatchObject({ credits: 8, requestedOutputs: 2, input: { prompt: "x" } });
    const team = await generationOf(await server.as("").post("", submit, { "x-account": "team" }));
    expect(team.credits).toBe(0);
  });
});

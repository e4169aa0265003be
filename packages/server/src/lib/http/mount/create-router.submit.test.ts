import type { GenerationResponse, SubmitResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { bodyOf, generationOf, testServer } from "../../../../testing/test-server.js";

describe("POST /", () => {
  it("debits the credits and returns the path of the generation and the poll interval", async () => {
    const ann = (await testServer()).as("ann");

    const response = await ann.post("", { model: "flux", input: { prompt: "a red bicycle" } });

    expect(response.status).toBe(202);
    const { generation, credits } = await bodyOf<SubmitResponse>(response);
    expect(generation).toMatchObject({
      id: expect.stringMatching(/^gen_[0-9a-f]{8}-[0-9a-f]{4}-7/),
      model: "flux",
      kind: "image",
      status: "pending",
      version: 1,
      input: { prompt: "a red bicycle" },
      credits: 4,
      refundedCredits: 0,
      progress: { value: null, source: "none" },
      retryOf: null,
    });
    expect(credits).toEqual({ balance: 96 });
    expect(response.headers.get("location")).toBe(`/api/generations/${generation.id}`);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(response.headers.get("idempotent-replayed")).toBeNull();
  });

  it("stores scope and metadata unchanged", async () => {
    const ann = (await testServer()).as("ann");
    const metadata = { album: { id: 7, tags: ["día", null] } };
    const { id } = await ann.submit({ prompt: "x" }, { scope: "avatar:42", metadata });
    const generation = await generationOf(await ann.get(`/${id}`));
    expect(generation).toMatchObject({ scope: "avatar:42", metadata });
  });

  it("ignores unknown fields, also those of a generation", async () => {
    const ann = (await testServer()).as("ann");
    const generation = await ann.submit(
      { prompt: "x" },
      { ownerId: "bob", credits: 0, state: "completed", id: "gen_1" },
    );
    expect(generation).toMatchObject({ status: "pending", credits: 4 });
    expect((await ann.get(`/${generation.id}`)).status).toBe(200);
  });

  it("accepts an earliest start and an expiry, and returns them with the generation", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const at = (ms: number) => new Date(server.clock.now() + ms).toISOString();
    const body = { model: "flux", input: { prompt: "x" } };
    const submit = async (start: object) => bodyOf<SubmitResponse>(await ann.post("", { ...body, ...start }));
    const { generation } = await submit({ notBefore: at(60_000), expiresAfterMs: 5_000 });
    expect(generation).toMatchObject({ status: "pending", notBefore: at(60_000), expiresAt: at(65_000) });
    await server.safelight.worker.tick();
    expect(await (await ann.get(`/${generation.id}`)).json()).toMatchObject({ generation: { status: "pending" } });
    const other = await submit({ notBefore: at(-1).replace("Z", "+00:00") });
    expect(other.generation).toMatchObject({ notBefore: at(-1), expiresAt: null });
    expect((await ann.finish(other.generation.id)).status).toBe("completed");
    server.clock.skip(65_000);
    await server.safelight.worker.tick();
    expect(await (await ann.get(`/${generation.id}`)).json()).toMatchObject({
      generation: { status: "failed", error: { code: "expired", retryable: true }, refundedCredits: 4 },
    });
  });

  it.each([
    [{ notBefore: "tomorrow" }, "notBefore"],
    [{ notBefore: "2026-02-31T00:00:00Z" }, "notBefore"],
    [{ notBefore: "2026-01-15T24:00:00Z" }, "notBefore"],
    [{ notBefore: "2027-01-15T08:00:00" }, "notBefore"],
    [{ notBefore: 1_800_000_000_000 }, "notBefore"],
    [{ notBefore: "2999-01-15T08:00:00Z" }, "notBefore"],
    [{ expiresAfterMs: 0 }, "expiresAfterMs"],
    [{ expiresAfterMs: 1.5 }, "expiresAfterMs"],
    [{ expiresAfterMs: 2_592_000_001 }, "expiresAfterMs"],
  ])("refuses %j, and charges nothing", async (start, path) => {
    const ann = (await testServer()).as("ann");
    const response = await ann.post("", { model: "flux", input: { prompt: "x" }, ...start });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: "invalid_input", issues: [{ path: [path] }] });
    expect(await (await ann.get("/active")).json()).toMatchObject({ generations: [] });
  });

  it("returns the state of the owner's limits", async () => {
    const server = await testServer({ limits: { rate: { requests: 3, perMs: 60_000 }, maxActive: 7 } });
    const response = await server.as("ann").post("", { model: "flux", input: { prompt: "x" } });
    expect(response.headers.get("ratelimit-policy")).toBe('"submit";q=3;w=60, "active";q=7');
    expect(response.headers.get("ratelimit")).toBe('"submit";r=2;t=20');
  });

  it("omits the rate limit if none is set", async () => {
    const server = await testServer({ limits: { rate: false, maxActive: 7 } });
    const response = await server.as("ann").post("", { model: "flux", input: { prompt: "x" } });
    expect(response.headers.get("ratelimit-policy")).toBe('"active";q=7');
    expect(response.headers.get("ratelimit")).toBeNull();
  });

  it("prefixes Location with the public origin", async () => {
    const server = await testServer({ publicUrl: "https://example.com" });
    const ann = server.as("ann");
    const response = await ann.post("", { model: "flux", input: { prompt: "x" } });
    const { generation } = await bodyOf<GenerationResponse>(response);
    expect(response.headers.get("location")).toBe(`https://example.com/api/generations/${generation.id}`);
    const ended = await ann.finish(generation.id);
    expect(ended).toMatchObject({ outputs: [{ url: expect.stringMatching(/^https:\/\/example\.com\/api\//) }] });
  });

  it("accepts exactly as many concurrent submits as the balance pays for", async () => {
    const server = await testServer({
      credits: { initialGrant: 20 },
      limits: { rate: false, maxActive: 100 },
    });
    const ann = server.as("ann");
    const submits = Array.from({ length: 60 }, () => ann.post("", { model: "flux", input: { prompt: "x" } }));
    const statuses = (await Promise.all(submits)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(5);
    expect(statuses.filter((status) => status === 402)).toHaveLength(55);
    expect(await server.safelight.audit()).toEqual([]);
  });
});

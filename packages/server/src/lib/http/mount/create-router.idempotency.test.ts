import type { SubmitResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { bodyOf, generationOf, problemOf, type TestCaller, testServer } from "../../../../testing/test-server.js";
import { defineModel } from "../../model/define-model.js";

const body = { model: "flux", input: { prompt: "a red bicycle" } };
const key = { "idempotency-key": "a key" };

async function balanceOf(caller: TestCaller): Promise<number> {
  return (await bodyOf<{ balance: number }>(await caller.get("/credits"))).balance;
}

describe("Idempotency-Key", () => {
  it("replays the current generation and charges once", async () => {
    const ann = (await testServer()).as("ann");
    const first = await bodyOf<SubmitResponse>(await ann.post("", body, key));
    await ann.finish(first.generation.id);

    const repeat = await ann.post("", body, key);

    expect(repeat.status).toBe(200);
    expect(repeat.headers.get("idempotent-replayed")).toBe("true");
    expect(repeat.headers.get("location")).toBe(`/api/generations/${first.generation.id}`);
    const { generation, credits } = await bodyOf<SubmitResponse>(repeat);
    expect(generation).toMatchObject({ id: first.generation.id, status: "completed" });
    expect(credits).toEqual({ balance: 96 });
    expect(await balanceOf(ann)).toBe(96);
  });

  it("creates one generation for concurrent duplicates of a request", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const responses = await Promise.all(Array.from({ length: 20 }, () => ann.post("", body, key)));
    const ids = await Promise.all(responses.map(async (response) => (await generationOf(response)).id));
    expect(new Set(ids).size).toBe(1);
    expect(responses.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(19);
    expect(await balanceOf(ann)).toBe(96);
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("rejects the same key for a body that differs in one byte", async () => {
    const ann = (await testServer()).as("ann");
    await ann.post("", JSON.stringify(body), key);
    const other = await ann.post("", JSON.stringify(body, null, 1), key);
    expect(other.status).toBe(422);
    expect(await problemOf(other)).toMatchObject({ code: "idempotency_mismatch" });
    expect(await balanceOf(ann)).toBe(96);
  });

  it("is looked up before the body is parsed", async () => {
    const ann = (await testServer()).as("ann");
    await ann.post("", body, key);
    for (const wrong of ["no JSON at all", { model: "none" }]) {
      expect((await problemOf(await ann.post("", wrong, key))).code).toBe("idempotency_mismatch");
    }
  });

  it("is looked up before the model: a replay ignores a changed price", async () => {
    let price = 4;
    const flux = defineModel({
      provider: scriptedProvider<{ prompt: string }>(),
      input: z.object({ prompt: z.string() }).refine(() => price < 6),
      credits: () => price,
    });
    const ann = (await testServer({ models: { flux } })).as("ann");
    const shown = { ...body, expectedCredits: 4 };
    expect((await ann.post("", shown, key)).status).toBe(202);
    for (price of [5, 6]) {
      expect((await ann.post("", shown)).status).toBeGreaterThanOrEqual(400);
      expect((await ann.post("", shown, key)).status).toBe(200);
    }
  });

  it("is looked up before the limits: a replay is accepted where a new submit is not", async () => {
    const server = await testServer({ limits: { rate: { requests: 1, perMs: 60_000 }, maxActive: 1 } });
    const ann = server.as("ann");
    await ann.post("", body, key);
    expect((await ann.post("", body)).status).toBe(429);
    expect((await ann.post("", body, key)).status).toBe(200);
  });

  it("does not store refusals", async () => {
    const server = await testServer({ credits: { initialGrant: 0 } });
    const ann = server.as("ann");
    expect((await ann.post("", body, key)).status).toBe(402);
    await server.safelight.api.grantCredits({ accountId: "ann", amount: 4, key: "payment 1" });
    expect((await ann.post("", body, key)).status).toBe(202);
  });

  it("responds 404 when the generation was deleted, and never charges again", async () => {
    const ann = (await testServer()).as("ann");
    const { generation } = await bodyOf<SubmitResponse>(await ann.post("", body, key));
    await ann.finish(generation.id);
    expect((await ann.delete(`/${generation.id}`)).status).toBe(204);
    const repeat = await ann.post("", body, key);
    expect(repeat.status).toBe(404);
    expect(await problemOf(repeat)).toMatchObject({ code: "not_found" });
    expect(await balanceOf(ann)).toBe(96);
  });

  it("is scoped to its owner", async () => {
    const server = await testServer();
    const [mine, theirs] = await Promise.all(
      ["ann", "bob"].map(async (owner) => generationOf(await server.as(owner).post("", body, key))),
    );
    expect(mine?.id).not.toBe(theirs?.id);
  });

  it("expires after seven days", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.post("", body, key);
    server.clock.skip(7 * 24 * 60 * 60_000 - 1_000);
    expect((await ann.post("", body, key)).status).toBe(200);
    server.clock.skip(2_000);
    expect((await ann.post("", body, key)).status).toBe(202);
  });

  it("works for a retry, and is scoped to its route", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    const first = await generationOf(await ann.post(`/${id}/retry`, {}, key));
    const repeat = await ann.post(`/${id}/retry`, {}, key);
    expect(repeat.status).toBe(200);
    expect((await generationOf(repeat)).id).toBe(first.id);
    expect((await problemOf(await ann.post("", {}, key))).code).toBe("idempotency_mismatch");
  });

  it("is looked up before the old generation of a retry, which may be deleted", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    await ann.finish(id);
    const first = await generationOf(await ann.post(`/${id}/retry`, {}, key));
    await ann.delete(`/${id}`);
    const repeat = await ann.post(`/${id}/retry`, {}, key);
    expect(repeat.status).toBe(200);
    expect((await generationOf(repeat)).id).toBe(first.id);
    expect((await ann.post(`/${id}/retry`)).status).toBe(404);
  });

  it.each([
    ["empty", ""],
    ["too long", "k".repeat(256)],
    ["not printable", "a\tb"],
  ])("rejects a key that is %s", async (_, value) => {
    const ann = (await testServer()).as("ann");
    const response = await ann.post("", body, { "idempotency-key": value });
    expect(response.status).toBe(422);
    expect(await problemOf(response)).toMatchObject({
      code: "invalid_input",
      issues: [{ path: ["Idempotency-Key"] }],
    });
  });

  it("accepts a key of 255 printable characters", async () => {
    const ann = (await testServer()).as("ann");
    expect((await ann.post("", body, { "idempotency-key": `${"k ".repeat(127)}!` })).status).toBe(202);
  });
});

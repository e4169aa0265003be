import type { SubmitResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineModel } from "../../model/define-model.js";
import { scriptedProvider } from "../../testing/fakes/scripted-provider.js";
import { bodyOf, generationOf, problemOf, type TestCaller, testServer } from "../../testing/test-server.js";

const body = { model: "flux", input: { prompt: "a red bicycle" } };
const key = { "idempotency-key": "a key" };

async function balanceOf(caller: TestCaller): Promise<number> {
  return (await bodyOf<{ balance: number }>(await caller.get("/credits"))).balance;
}

describe("Idempotency-Key", () => {
  it("answers a repeat with the generation as it is now, and charges once", async () => {
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

  it("makes one generation of many copies that arrive at once", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const answers = await Promise.all(Array.from({ length: 20 }, () => ann.post("", body, key)));
    const ids = await Promise.all(answers.map(async (answer) => (await generationOf(answer)).id));
    expect(new Set(ids).size).toBe(1);
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
    expect(await balanceOf(ann)).toBe(96);
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("refuses the same key for another body, down to the byte", async () => {
    const ann = (await testServer()).as("ann");
    await ann.post("", JSON.stringify(body), key);
    const other = await ann.post("", JSON.stringify(body, null, 1), key);
    expect(other.status).toBe(422);
    expect(await problemOf(other)).toMatchObject({ code: "idempotency_mismatch" });
    expect(await balanceOf(ann)).toBe(96);
  });

  it("is looked up before anything of the body is looked at", async () => {
    const ann = (await testServer()).as("ann");
    await ann.post("", body, key);
    for (const wrong of ["no JSON at all", { model: "none" }]) {
      expect((await problemOf(await ann.post("", wrong, key))).code).toBe("idempotency_mismatch");
    }
  });

  it("is looked up before the model: a repeat is answered although the price has changed since", async () => {
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

  it("is looked up before the limits: a repeat is answered where a new submit is not", async () => {
    const server = await testServer({ limits: { rate: { requests: 1, perMs: 60_000 }, maxActive: 1 } });
    const ann = server.as("ann");
    await ann.post("", body, key);
    expect((await ann.post("", body)).status).toBe(429);
    expect((await ann.post("", body, key)).status).toBe(200);
  });

  it("does not remember refusals", async () => {
    const server = await testServer({ credits: { initialGrant: 0 } });
    const ann = server.as("ann");
    expect((await ann.post("", body, key)).status).toBe(402);
    await server.safelight.api.grantCredits({ accountId: "ann", amount: 4, key: "payment 1" });
    expect((await ann.post("", body, key)).status).toBe(202);
  });

  it("answers 404 when the generation was deleted, and never charges again", async () => {
    const ann = (await testServer()).as("ann");
    const { generation } = await bodyOf<SubmitResponse>(await ann.post("", body, key));
    await ann.finish(generation.id);
    expect((await ann.delete(`/${generation.id}`)).status).toBe(204);
    const repeat = await ann.post("", body, key);
    expect(repeat.status).toBe(404);
    expect(await problemOf(repeat)).toMatchObject({ code: "not_found" });
    expect(await balanceOf(ann)).toBe(96);
  });

  it("belongs to its owner: another owner's same key is another one", async () => {
    const server = await testServer();
    const [mine, theirs] = await Promise.all(
      ["ann", "bob"].map(async (owner) => generationOf(await server.as(owner).post("", body, key))),
    );
    expect(mine?.id).not.toBe(theirs?.id);
  });

  it("is forgotten after seven days", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.post("", body, key);
    server.clock.skip(7 * 24 * 60 * 60_000 - 1_000);
    expect((await ann.post("", body, key)).status).toBe(200);
    server.clock.skip(2_000);
    expect((await ann.post("", body, key)).status).toBe(202);
  });

  it("works for a retry, and is not the same on another route", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    const first = await generationOf(await ann.post(`/${id}/retry`, {}, key));
    const repeat = await ann.post(`/${id}/retry`, {}, key);
    expect(repeat.status).toBe(200);
    expect((await generationOf(repeat)).id).toBe(first.id);
    expect((await problemOf(await ann.post("", {}, key))).code).toBe("idempotency_mismatch");
  });

  it("is looked up before the old generation of a retry, which may be deleted by then", async () => {
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
  ])("refuses a key that is %s", async (_, value) => {
    const ann = (await testServer()).as("ann");
    const response = await ann.post("", body, { "idempotency-key": value });
    expect(response.status).toBe(422);
    expect(await problemOf(response)).toMatchObject({
      code: "invalid_input",
      issues: [{ path: ["Idempotency-Key"] }],
    });
  });

  it("takes a key of 255 printable characters", async () => {
    const ann = (await testServer()).as("ann");
    expect((await ann.post("", body, { "idempotency-key": `${"k ".repeat(127)}!` })).status).toBe(202);
  });
});

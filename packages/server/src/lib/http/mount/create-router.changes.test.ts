import type { SubmitResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { bodyOf, generationOf, problemOf, testServer } from "../../../../testing/test-server.js";
import { defineModel } from "../../model/define-model.js";

describe("POST /:id/cancel", () => {
  it("ends a generation that no provider has received, and refunds everything", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    const generation = await generationOf(await ann.post(`/${id}/cancel`));
    expect(generation).toMatchObject({ status: "canceled", refundedCredits: 4 });
    expect(generation.cancelRequestedAt).not.toBeNull();
  });

  it("flags a running generation, and is idempotent", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await server.safelight.worker.tick();
    const flagged = await generationOf(await ann.post(`/${id}/cancel`));
    expect(flagged).toMatchObject({ status: "processing", cancelRequestedAt: expect.any(String) });
    expect(await generationOf(await ann.post(`/${id}/cancel`))).toEqual(flagged);
  });

  it("does not change an ended generation", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    const ended = await ann.finish(id);
    const response = await ann.post(`/${id}/cancel`);
    expect(response.status).toBe(200);
    const cancellation = { outcome: "already_ended", refund: "none", refundCredits: 0 };
    expect(await generationOf(response)).toEqual({ ...ended, cancellation });
  });

  it("needs no body and no content type", async () => {
    const server = await testServer();
    const { id } = await server.as("ann").submit();
    expect((await server.request("ann", `/${id}/cancel`, { method: "POST" })).status).toBe(200);
  });
});

describe("POST /:id/retry", () => {
  it("submits the old input again, and sets retryOf", async () => {
    const ann = (await testServer()).as("ann");
    const old = await ann.submit({ prompt: "a cat", steps: 3 }, { scope: "poster", metadata: { album: 7 } });
    const response = await ann.post(`/${old.id}/retry`);
    expect(response.status).toBe(202);
    const { generation, credits } = await bodyOf<SubmitResponse>(response);
    expect(generation).toMatchObject({
      retryOf: old.id,
      model: "flux",
      input: { prompt: "a cat", steps: 3 },
      scope: "poster",
      metadata: { album: 7 },
    });
    expect(generation.id).not.toBe(old.id);
    expect(credits).toEqual({ balance: 92 });
    expect(response.headers.get("location")).toBe(`/api/generations/${generation.id}`);
  });

  it("replaces fields of the input, and validates the result", async () => {
    const ann = (await testServer()).as("ann");
    const old = await ann.submit({ prompt: "a cat", steps: 3 });
    const changed = await generationOf(await ann.post(`/${old.id}/retry`, { input: { prompt: "a dog" } }));
    expect(changed.input).toEqual({ prompt: "a dog", steps: 3 });
    const wrong = await ann.post(`/${old.id}/retry`, { input: { prompt: "" } });
    expect(await problemOf(wrong)).toMatchObject({ code: "invalid_input", issues: [{ path: ["prompt"] }] });
  });

  it("rejects fields for an input that is not an object", async () => {
    const word = defineModel({ provider: scriptedProvider<string>(), input: z.string() });
    const ann = (await testServer({ models: { word } })).as("ann");
    const old = await generationOf(await ann.post("", { model: "word", input: "a cat" }));
    expect((await ann.post(`/${old.id}/retry`, { input: { prompt: "x" } })).status).toBe(422);
    expect((await generationOf(await ann.post(`/${old.id}/retry`))).input).toBe("a cat");
  });

  it("has the same refusals as a submit", async () => {
    const ann = (await testServer({ credits: { initialGrant: 4 } })).as("ann");
    const { id } = await ann.submit();
    expect((await problemOf(await ann.post(`/${id}/retry`))).code).toBe("insufficient_credits");
  });
});

describe("POST /seen", () => {
  it("marks ended generations once, and ignores the rest", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { id: ended } = await ann.submit();
    await ann.finish(ended);
    const { id: foreign } = await server.as("bob").submit();
    await server.as("bob").finish(foreign);
    const { id: active } = await ann.submit();

    expect((await ann.post("/seen", { ids: [ended, active, foreign] })).status).toBe(200);
    const { seenAt, version } = await generationOf(await ann.get(`/${ended}`));
    expect(seenAt).not.toBeNull();
    expect((await generationOf(await ann.get(`/${active}`))).seenAt).toBeNull();
    expect((await generationOf(await server.as("bob").get(`/${foreign}`))).seenAt).toBeNull();

    server.clock.skip(1_000);
    await ann.post("/seen", { ids: [ended] });
    expect(await generationOf(await ann.get(`/${ended}`))).toMatchObject({ seenAt, version });
  });
});

describe("DELETE /:id", () => {
  it("deletes an ended generation, and is idempotent", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    await ann.finish(id);
    for (const _ of ["once", "again"]) {
      const response = await ann.delete(`/${id}`);
      expect(response.status).toBe(204);
      expect(await response.text()).toBe("");
    }
    expect((await ann.get(`/${id}`)).status).toBe(404);
  });

  it("refuses an active generation", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    const response = await ann.delete(`/${id}`);
    expect(response.status).toBe(409);
    expect((await problemOf(response)).code).toBe("not_terminal");
  });
});

import type { Generation } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { accepted, done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { generationOf, problemOf, testServer } from "../../../../testing/test-server.js";
import { defineModel } from "../../model/define-model.js";

const input = z.object({ prompt: z.string() });
const vendorText = "key sk-123 of acme is over its quota";

/** A server whose provider refuses the first request, and then completes. */
const serverWithRetry = () =>
  testServer({
    models: {
      flux: defineModel({
        provider: scriptedProvider<{ prompt: string }>({
          submit: [{ type: "rejected", failure: { code: "rate_limited", message: vendorText } }, accepted()],
          poll: [done(0)],
        }),
        input,
        credits: 4,
      }),
    },
  });

describe("GET /:id?include", () => {
  it("adds the attempts and the timeline, without a vendor's name, texts, ids or charges", async () => {
    const server = await serverWithRetry();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await ann.finish(id);
    await ann.post("/seen", { ids: [id] });
    await server.store.recordWebhook({
      generationId: id,
      attempt: 2,
      deliveryId: "secret-delivery",
      operationHint: null,
    });
    const response = await ann.get(`/${id}?include=attempts,timeline`);
    expect(response.headers.get("etag")).toBeNull();
    const text = await response.clone().text();
    const generation = await generationOf(response);
    expect(generation.attempts).toEqual([
      {
        number: 1,
        status: "rejected",
        startedAt: expect.any(String),
        endedAt: expect.any(String),
        error: { code: "provider_rate_limited", message: expect.any(String), retryable: true },
      },
      { number: 2, status: "done", startedAt: expect.any(String), endedAt: expect.any(String), error: null },
    ]);
    expect(generation.timeline?.map(({ type, attempt }) => [type, attempt])).toEqual([
      ["submitted", null],
      ["attempt_started", 1],
      ["attempt_ended", 1],
      ["attempt_started", 2],
      ["accepted", null],
      ["attempt_ended", 2],
      ["stored", null],
      ["settled", null],
      ["webhook", 2],
      ["seen", null],
    ]);
    const times = generation.timeline?.map(({ at }) => at) ?? [];
    expect(times).toEqual(times.toSorted());
    for (const secret of [vendorText, "scripted", "secret-delivery", "token"]) expect(text).not.toContain(secret);
    const { safelight } = server;
    expect(await safelight.api.get({ ownerId: "ann" }, id, { include: ["attempts"] })).toMatchObject({
      attempts: generation.attempts,
    });
  });

  it("adds only the requested parts, and none by default", async () => {
    const ann = (await serverWithRetry()).as("ann");
    const { id } = await ann.submit();
    const partsOf = async (query: string) => {
      const generation: Generation = await generationOf(await ann.get(`/${id}${query}`));
      return [generation.attempts, generation.timeline?.map(({ type }) => type)];
    };
    expect(await partsOf("")).toEqual([undefined, undefined]);
    expect(await partsOf("?include=attempts")).toEqual([[], undefined]);
    expect(await partsOf("?include=timeline")).toEqual([undefined, ["submitted"]]);
  });

  it("refuses an unknown part, and another owner", async () => {
    const server = await serverWithRetry();
    const { id } = await server.as("ann").submit();
    for (const include of ["", "costs", "attempts,input"]) {
      const response = await server.as("ann").get(`/${id}?include=${include}`);
      expect(await problemOf(response)).toMatchObject({ code: "invalid_input" });
    }
    expect((await server.as("eve").get(`/${id}?include=attempts`)).status).toBe(404);
    expect(await server.store.readAttempts({ ownerId: "eve", id })).toEqual({ attempts: [], moments: [] });
  });

  it("does not wait, and ignores a tag", async () => {
    const ann = (await serverWithRetry()).as("ann");
    const { id } = await ann.submit();
    const etag = (await ann.get(`/${id}`)).headers.get("etag") ?? "";
    const response = await ann.get(`/${id}?include=timeline&wait=25`, { "if-none-match": etag });
    expect(response.status).toBe(200);
  });
});

describe("POST /:id/cancel", () => {
  const models = {
    flux: defineModel({
      provider: scriptedProvider<{ prompt: string }>({
        poll: [{ type: "running", progress: null }],
        cancel: ["canceled"],
      }),
      input,
      credits: 4,
      refunds: { canceled: 50 },
    }),
  };
  const cancel = async (server: Awaited<ReturnType<typeof testServer>>, id: string) =>
    (await generationOf(await server.as("ann").post(`/${id}/cancel`))).cancellation;

  it("has the full refund of a generation that no provider has received", async () => {
    const server = await testServer({ models });
    const { id } = await server.as("ann").submit();
    expect(await cancel(server, id)).toEqual({ outcome: "canceled", refund: "full", refundCredits: 4 });
    expect(await cancel(server, id)).toEqual({ outcome: "already_ended", refund: "full", refundCredits: 4 });
    expect((await generationOf(await server.as("ann").get(`/${id}`))).cancellation).toBeUndefined();
  });

  it("has the refund of the policy while a provider decides, and the decision after it", async () => {
    const server = await testServer({ models });
    const { id } = await server.as("ann").submit();
    await server.safelight.worker.tick();
    const pending = { outcome: "requested", refund: "pending", refundCredits: 2 };
    expect(await cancel(server, id)).toEqual(pending);
    expect(await cancel(server, id)).toEqual(pending);
    expect(await server.as("ann").finish(id)).toMatchObject({ status: "canceled", refundedCredits: 2 });
    expect(await cancel(server, id)).toEqual({ outcome: "already_ended", refund: "partial", refundCredits: 2 });
  });

  it("has no refund for a completed generation", async () => {
    const server = await serverWithRetry();
    const { id } = await server.as("ann").submit();
    await server.as("ann").finish(id);
    expect(await cancel(server, id)).toEqual({ outcome: "already_ended", refund: "none", refundCredits: 0 });
  });
});

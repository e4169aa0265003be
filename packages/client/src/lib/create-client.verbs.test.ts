import { describe, expect, it } from "vitest";
import { active, processing } from "../../test/generations.js";
import { manualServer } from "../../test/manual-server.js";
import { testClient } from "../../test/test-client.js";

const server = manualServer();

describe("createClient", () => {
  it("submits model, input and options with an idempotency key", async () => {
    const { client } = testClient({ createId: () => "key-1" });
    const options = { scope: "poster", metadata: { order: 7 }, expectedCredits: 4 };
    const submitted = client.submit("flux", { prompt: "a lamp" }, options);
    const request = await server.next();
    expect(request.method).toBe("POST");
    expect(request.path).toBe("/api/generations");
    expect(request.headers.get("idempotency-key")).toBe("key-1");
    expect(request.headers.get("content-type")).toBe("application/json");
    expect(JSON.parse(request.body)).toEqual({ model: "flux", input: { prompt: "a lamp" }, ...options });
    request.json({ generation: processing(), credits: { balance: 96 } }, { status: 202 });
    await expect(submitted).resolves.toEqual({ generation: processing(), credits: { balance: 96 } });
  });

  it("submits several inputs under one key, and lists and cancels their group", async () => {
    const { client } = testClient({ createId: () => "key-1" });
    const group = { groupId: "grp_1", generations: [processing()], credits: { balance: 92 } };
    const notBefore = new Date("2027-01-15T08:00:00.000Z");
    const submitted = client.submitMany("flux", [{ prompt: "a" }, { prompt: "b" }], { notBefore, ownerTag: "tag" });
    const request = await server.next();
    expect(`${request.method} ${request.path}`).toBe("POST /api/generations/many");
    expect(request.headers.get("idempotency-key")).toBe("key-1");
    expect(request.headers.get("safelight-owner-tag")).toBe("tag");
    expect(JSON.parse(request.body)).toEqual({
      model: "flux",
      inputs: [{ prompt: "a" }, { prompt: "b" }],
      notBefore: "2027-01-15T08:00:00.000Z",
    });
    request.json(group, { status: 202 });
    await expect(submitted).resolves.toEqual(group);
    const canceled = client.cancelGroup("grp_1");
    const cancel = await server.next();
    expect(`${cancel.method} ${cancel.path}`).toBe("POST /api/generations/groups/grp_1/cancel");
    cancel.json({ generations: [] });
    await expect(canceled).resolves.toEqual({ generations: [] });
    const listed = client.list({ groupId: "grp_1" });
    const list = await server.next();
    expect(list.path).toBe("/api/generations?groupId=grp_1");
    list.json({ generations: [] });
    await listed;
  });

  it("fetches a quote without an idempotency key", async () => {
    const { client } = testClient();
    const quoted = client.quote("flux", { prompt: "a lamp" });
    const request = await server.next();
    expect(`${request.method} ${request.path}`).toBe("POST /api/generations/quote");
    expect(request.headers.get("idempotency-key")).toBeNull();
    expect(JSON.parse(request.body)).toEqual({ model: "flux", input: { prompt: "a lamp" } });
    const quote = { credits: 4, balance: 100, expectedAt: null, expectedOutputs: 1, limits: {}, ownerTag: "tag" };
    request.json(quote);
    await expect(quoted).resolves.toEqual(quote);
  });

  it("sends the owner tag of a submit and a retry if the caller passes it", async () => {
    const { client } = testClient();
    for (const act of [
      (ownerTag?: string) => client.submit("flux", {}, { ownerTag }),
      (ownerTag?: string) => client.retry("gen_1", { ownerTag }),
    ]) {
      for (const ownerTag of ["tag-of-ann", undefined]) {
        act(ownerTag);
        const request = await server.next();
        expect(request.headers.get("safelight-owner-tag")).toBe(ownerTag ?? null);
        expect(request.body).not.toContain("ownerTag");
        request.json({ generation: processing(), credits: null });
      }
    }
  });

  it("omits undefined options", async () => {
    const { client } = testClient();
    client.submit("flux", { prompt: "a lamp" }, { scope: undefined, expectedCredits: undefined, metadata: undefined });
    const request = await server.next();
    expect(JSON.parse(request.body)).toEqual({ model: "flux", input: { prompt: "a lamp" } });
    request.json({ generation: processing(), credits: null });
  });

  it("uses the caller's idempotency key, and creates a new one per call otherwise", async () => {
    const { client } = testClient();
    const keys: (string | null)[] = [];
    for (const idempotencyKey of ["mine", undefined, undefined]) {
      const submitted = client.submit("flux", {}, { idempotencyKey });
      const request = await server.next();
      keys.push(request.headers.get("idempotency-key"));
      request.json({ generation: processing(), credits: null });
      await submitted;
    }
    expect(keys[0]).toBe("mine");
    expect(new Set(keys).size).toBe(3);
  });

  it("gets one generation", async () => {
    const { client } = testClient();
    const got = client.get("gen_1");
    const request = await server.next();
    expect(`${request.method} ${request.path}`).toBe("GET /api/generations/gen_1");
    request.json({ generation: processing({ version: 3 }) });
    await expect(got).resolves.toEqual(processing({ version: 3 }));
  });

  it("gets the parts of a generation that the caller includes", async () => {
    const { client } = testClient();
    for (const [include, path] of [
      [["attempts", "timeline"], "/api/generations/gen_1?include=attempts%2Ctimeline"],
      [["timeline"], "/api/generations/gen_1?include=timeline"],
      [[], "/api/generations/gen_1"],
    ] as const) {
      const got = client.get("gen_1", { include });
      const request = await server.next();
      expect(request.path).toBe(path);
      request.json({ generation: { ...processing(), timeline: [] } });
      await expect(got).resolves.toHaveProperty("timeline", []);
    }
  });

  it("fetches active generations, filtered by scope", async () => {
    const { client } = testClient();
    const got = client.active({ scope: "a&b #1" });
    const request = await server.next();
    expect(request.path).toBe("/api/generations/active?scope=a%26b%20%231");
    request.json(active({ generations: [processing()] }));
    await expect(got).resolves.toEqual(active({ generations: [processing()] }));
  });

  it("lists a page of the history with every filter, and the first page without filters", async () => {
    const { client } = testClient();
    const page = { generations: [processing()], nextCursor: "next" };
    const filtered = client.list({ limit: 5, cursor: "a+b/=", status: "failed", model: "flux", scope: "poster" });
    const request = await server.next();
    expect(request.path).toBe("/api/generations?limit=5&cursor=a%2Bb%2F%3D&status=failed&model=flux&scope=poster");
    request.json(page);
    await expect(filtered).resolves.toEqual(page);
    const first = client.list({ cursor: null, status: undefined });
    const firstRequest = await server.next();
    expect(firstRequest.path).toBe("/api/generations");
    firstRequest.json(page);
    await first;
  });

  it("fetches models and credits", async () => {
    const { client } = testClient();
    const models = client.models();
    const modelsRequest = await server.next();
    expect(modelsRequest.path).toBe("/api/generations/models");
    modelsRequest.json({ models: [{ id: "flux", kind: "image", credits: 4, retired: false }] });
    await expect(models).resolves.toHaveProperty("models.0.id", "flux");
    const credits = client.credits({ cursor: "c" });
    const creditsRequest = await server.next();
    expect(creditsRequest.path).toBe("/api/generations/credits?cursor=c");
    creditsRequest.json({ balance: 96, entries: [], nextCursor: null });
    await expect(credits).resolves.toEqual({ balance: 96, entries: [], nextCursor: null });
  });

  it("cancels, retries with changed fields, and deletes", async () => {
    const { client } = testClient({ createId: () => "key-2" });
    const canceled = client.cancel("gen_1");
    const cancelRequest = await server.next();
    expect(`${cancelRequest.method} ${cancelRequest.path}`).toBe("POST /api/generations/gen_1/cancel");
    cancelRequest.json({ generation: processing({ cancelRequestedAt: "2027-01-15T08:00:01.000Z" }) });
    await expect(canceled).resolves.toHaveProperty("cancelRequestedAt", "2027-01-15T08:00:01.000Z");

    const retried = client.retry("gen_1", { input: { prompt: "another lamp" }, expectedCredits: 4 });
    const retryRequest = await server.next();
    expect(`${retryRequest.method} ${retryRequest.path}`).toBe("POST /api/generations/gen_1/retry");
    expect(retryRequest.headers.get("idempotency-key")).toBe("key-2");
    expect(JSON.parse(retryRequest.body)).toEqual({ input: { prompt: "another lamp" }, expectedCredits: 4 });
    retryRequest.json({ generation: processing({ id: "gen_2", retryOf: "gen_1" }), credits: null }, { status: 202 });
    await expect(retried).resolves.toHaveProperty("generation.retryOf", "gen_1");

    const deleted = client.delete("gen_1");
    const deleteRequest = await server.next();
    expect(`${deleteRequest.method} ${deleteRequest.path}`).toBe("DELETE /api/generations/gen_1");
    deleteRequest.answer(new Response(null, { status: 204 }));
    await expect(deleted).resolves.toBeUndefined();
  });

  it("marks any number of ids as seen, a hundred per request, and sends no request without ids", async () => {
    const { client } = testClient();
    const ids = Array.from({ length: 101 }, (_, index) => `gen_${index}`);
    await client.markSeen([]);
    expect(server.count).toBe(0);
    const seen = client.markSeen(ids);
    const first = await server.next();
    expect(`${first.method} ${first.path}`).toBe("POST /api/generations/seen");
    expect(JSON.parse(first.body).ids).toEqual(ids.slice(0, 100));
    first.json({});
    const second = await server.next();
    expect(JSON.parse(second.body).ids).toEqual(["gen_100"]);
    second.json({});
    await expect(seen).resolves.toBeUndefined();
  });

  it("claims notices, and confirms presented ones, a hundred per request", async () => {
    const { client } = testClient();
    const claimed = client.claimNotices("claim-1");
    const claim = await server.next();
    expect(`${claim.method} ${claim.path}`).toBe("POST /api/generations/notices/claim");
    expect(JSON.parse(claim.body)).toEqual({ claim: "claim-1" });
    claim.json({ generations: [processing()] });
    await expect(claimed).resolves.toEqual({ generations: [processing()] });

    const ids = Array.from({ length: 101 }, (_, index) => `gen_${index}`);
    const confirmed = client.confirmNotices("claim-1", ids);
    for (const part of [ids.slice(0, 100), ["gen_100"]]) {
      const confirm = await server.next();
      expect(`${confirm.method} ${confirm.path}`).toBe("POST /api/generations/notices/confirm");
      expect(JSON.parse(confirm.body)).toEqual({ claim: "claim-1", ids: part });
      confirm.answer(new Response(null, { status: 204 }));
    }
    await expect(confirmed).resolves.toBeUndefined();
  });

  it("confirms notices and deletes even if the page is closed, and completes no other request then", async () => {
    const sent: Request[] = [];
    const fetch = async (request: Request) => {
      sent.push(request);
      return new Response(null, { status: 204 });
    };
    const { client } = testClient({ fetch });
    await client.confirmNotices("claim-1", ["gen_1"]);
    await client.delete("gen_1");
    await client.markSeen(["gen_1"]);
    expect(sent.map(({ keepalive }) => keepalive)).toEqual([true, true, false]);
  });

  it("encodes special characters in an id, and sends nothing for an invalid id", async () => {
    const { client } = testClient();
    const got = client.get("gen_a/b?c#d");
    const request = await server.next();
    expect(request.path).toBe("/api/generations/gen_a%2Fb%3Fc%23d");
    request.problem("not_found");
    await expect(got).rejects.toHaveProperty("code", "not_found");
    for (const id of ["", ".", "..", "active"]) {
      await expect(client.get(id)).rejects.toHaveProperty("code", "not_found");
      await expect(client.delete(id)).rejects.toHaveProperty("code", "not_found");
    }
    expect(server.count).toBe(1);
  });
});

import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { bodyOf, generationOf, testServer } from "../../../testing/test-server.js";
import { defineModel } from "../model/define-model.js";
import { StoreUnavailable } from "../ports/store/store-unavailable.js";

const ann = { ownerId: "ann" };
const headers = new Headers({ authorization: "Bearer ann" });
const unknownId = "gen_01900000-0000-7000-8000-00000000ffff";

describe("safelight.api", () => {
  it("does what the routes do, for an owner given by id or by headers", async () => {
    const server = await testServer();
    const { api } = server.safelight;
    const { generation, credits } = await api.submit(ann, "flux", { prompt: "x" }, { scope: "poster" });
    expect(credits).toEqual({ balance: 96 });
    const [byName, byHeaders] = [await api.get(ann, generation.id), await api.get({ headers }, generation.id)];
    expect(byName).toEqual(byHeaders);
    expect((await api.active(ann, { scope: "poster" })).generations).toEqual([generation]);
    expect(await bodyOf(await server.as("ann").get("/active"))).toEqual(await api.active({ headers }));
    await server.as("ann").finish(generation.id);
    await api.markSeen(ann, [generation.id]);
    expect((await api.list(ann, { status: "completed", limit: 1 })).generations).toMatchObject([
      { id: generation.id, seenAt: expect.any(String) },
    ]);
    const retried = await api.retry(ann, generation.id, { input: { prompt: "y" } });
    expect(retried.generation).toMatchObject({ retryOf: generation.id, input: { prompt: "y" } });
    expect(await api.cancel(ann, retried.generation.id)).toMatchObject({ status: "canceled" });
    await api.delete(ann, generation.id);
    await expect(api.get(ann, generation.id)).rejects.toMatchObject({ code: "not_found" });
    expect((await api.credits(ann)).balance).toBe(96);
    expect(await api.models()).toEqual({ models: [{ id: "flux", kind: "image", credits: 4, retired: false }] });
  });

  it("recognizes the exact file of an output, until its owner is erased", async () => {
    const server = await testServer();
    const { api } = server.safelight;
    const { generation } = await api.submit(ann, "flux", { prompt: "x" });
    await server.as("ann").finish(generation.id);
    const response = await server.as("ann").get(`/${generation.id}/outputs/0`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const found = { generationId: generation.id, model: "flux", createdAt: generation.createdAt };
    expect(await api.recognize(bytes)).toEqual({ ...found, deletedAt: null });
    expect(await api.recognize(bytes.slice(1))).toBeNull();
    await api.delete(ann, generation.id);
    expect(await api.recognize(bytes)).toEqual({ ...found, deletedAt: expect.stringMatching(/^\d{4}-.*Z$/) });
    await api.deleteOwner(ann);
    expect(await api.recognize(bytes)).toBeNull();
  });

  it("submits once per idempotency key, and rejects the key for another request", async () => {
    const { api } = (await testServer()).safelight;
    const options = { idempotencyKey: "k" };
    const first = await api.submit(ann, "flux", { prompt: "x" }, options);
    expect((await api.submit(ann, "flux", { prompt: "x" }, options)).generation.id).toBe(first.generation.id);
    await expect(api.submit(ann, "flux", { prompt: "y" }, options)).rejects.toMatchObject({
      code: "idempotency_mismatch",
    });
    expect((await api.credits(ann)).balance).toBe(96);
  });

  it("replays the submits and retries of the routes, and the other way around", async () => {
    const server = await testServer();
    const { api } = server.safelight;
    const body = { model: "flux", input: { prompt: "x" } };
    const overHttp = async (path: string, key: string, sent: object) => {
      const response = await server.as("ann").post(path, sent, { "Idempotency-Key": key });
      return { headers: response.headers, id: (await generationOf(response)).id };
    };
    const first = await overHttp("", "a", body);
    const replayed = await api.submit(ann, "flux", body.input, { idempotencyKey: "a" });
    expect(replayed.generation.id).toBe(first.id);
    const retried = await api.retry(ann, first.id, { input: { prompt: "y" }, idempotencyKey: "b" });
    const again = await overHttp(`/${first.id}/retry`, "b", { input: { prompt: "y" } });
    expect(again.headers.get("Idempotent-Replayed")).toBe("true");
    expect(again.id).toBe(retried.generation.id);
    expect((await api.credits(ann)).balance).toBe(92);
  });

  it("retries with the old input if none is given", async () => {
    const { api } = (await testServer()).safelight;
    const { generation } = await api.submit(ann, "flux", { prompt: "x" });
    const again = await api.retry(ann, generation.id);
    expect(again.generation).toMatchObject({ retryOf: generation.id, input: { prompt: "x" } });
  });

  it("waits for changes, and ends when the signal aborts", async () => {
    const server = await testServer();
    const { api } = server.safelight;
    expect(await api.changes(ann, { after: 0 })).toBeNull();
    const waiting = api.changes(ann, { after: 0, waitMs: 10_000 });
    const { generation } = await api.submit(ann, "flux", { prompt: "x" });
    expect(await waiting).toMatchObject({ changed: [{ id: generation.id }] });
    const abort = new AbortController();
    const given = api.changes(ann, { after: generation.sequence, waitMs: 10_000, signal: abort.signal });
    abort.abort();
    expect(await given).toBeNull();
    expect(server.clock.pending()).toEqual([]);
  });

  it("returns a snapshot for a position of another owner or timeline", async () => {
    const { api } = (await testServer()).safelight;
    const { generation } = await api.submit(ann, "flux", { prompt: "x" });
    const { ownerTag, sequence, timeline } = await api.active(ann);
    expect(await api.changes(ann, { after: sequence, ownerTag, timeline })).toBeNull();
    for (const other of [{ ownerTag: "other" }, { timeline: "other" }]) {
      const response = await api.changes(ann, { after: sequence, ...other, waitMs: 10_000 });
      expect(response).toMatchObject({ resync: true, changed: [], generations: [{ id: generation.id }] });
    }
  });

  it("rejects a missing caller and invalid ids", async () => {
    const { api } = (await testServer()).safelight;
    await expect(api.active({ headers: new Headers() })).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(api.active({ ownerId: "" })).rejects.toThrow(TypeError);
    await expect(api.get({ ownerId: "eve" }, unknownId)).rejects.toMatchObject({ code: "not_found" });
    await expect(api.cancel(ann, "gen_1")).rejects.toMatchObject({ code: "not_found" });
  });

  it("checks values at run time", async () => {
    const { api } = (await testServer()).safelight;
    const submit = (input: unknown, options = {}) =>
      // A caller without types may pass these.
      api.submit(ann, "flux", input as { prompt: string }, options);
    const circle: Record<string, unknown> = { prompt: "x" };
    circle.self = circle;
    const attempts = [
      submit(circle),
      submit(undefined),
      submit({ prompt: "\0" }),
      submit({ prompt: "x" }, { scope: "s".repeat(129) }),
      submit({ prompt: "x" }, { metadata: { text: "m".repeat(5_000) } }),
      submit({ prompt: "x" }, { expectedCredits: 1.5 }),
      submit({ prompt: "x" }, { idempotencyKey: "" }),
      api.list(ann, { limit: 0 }),
      api.list(ann, { cursor: "x" }),
      api.list(ann, { status: "done" as "failed" }),
      api.credits(ann, { limit: 101 }),
      api.changes(ann, { after: -1 }),
      api.markSeen(
        ann,
        Array.from({ length: 101 }, () => unknownId),
      ),
    ];
    await Promise.all(attempts.map((attempt) => expect(attempt).rejects.toMatchObject({ code: "invalid_input" })));
    const { generation } = await api.submit(ann, "flux", { prompt: "x" });
    for (const input of [["a list"], "a word", null, JSON.parse('{"__proto__":{"steps":1}}')]) {
      await expect(api.retry(ann, generation.id, { input })).rejects.toMatchObject({ code: "invalid_input" });
    }
  });

  it("requires the same order of keys for the same idempotency key, as HTTP does for the bytes of a body", async () => {
    const { api } = (await testServer()).safelight;
    const options = { idempotencyKey: "a" };
    const { generation } = await api.submit(ann, "flux", { prompt: "x", steps: 1 }, options);
    const again = await api.submit(ann, "flux", { prompt: "x", steps: 1 }, options);
    expect(again.generation.id).toBe(generation.id);
    const reordered = api.submit(ann, "flux", { steps: 1, prompt: "x" }, options);
    await expect(reordered).rejects.toMatchObject({ code: "idempotency_mismatch" });
  });

  it("rejects with the code that a prefetch expects when identify throws", async () => {
    const cause = new Error("session db down");
    const { api } = (await testServer({ identify: () => Promise.reject(cause) })).safelight;
    await expect(api.active({ headers })).rejects.toMatchObject({ code: "identify_failed", cause });
  });

  it("names the caller, and not identify, in the error of an invalid owner id", async () => {
    const { api } = (await testServer()).safelight;
    await expect(api.active({ ownerId: "" })).rejects.toThrow(/^The caller must have a non-empty ownerId/);
  });

  it("neither writes nor publishes when there is no generation to mark as seen", async () => {
    const hints: (string | null)[] = [];
    const eventBus = { hint: (ids: readonly string[]) => hints.push(...ids), onHint: () => () => undefined };
    const server = await testServer({ eventBus });
    const marking = vi.spyOn(server.store, "markSeen");
    await server.safelight.api.markSeen(ann, []);
    await server.safelight.api.markSeen(ann, ["not an id"]);
    expect([marking.mock.calls, hints]).toEqual([[], []]);
  });

  it("throws a ServiceError also when the database is unavailable", async () => {
    const server = await testServer();
    server.store.listActive = () => Promise.reject(new StoreUnavailable("busy", { retryAfterMs: 700 }));
    await expect(server.safelight.api.active(ann)).rejects.toMatchObject({
      name: "ServiceError",
      code: "unavailable",
      retryAfterMs: 700,
    });
  });
});

describe("safelight.api.grantCredits", () => {
  it("adds credits once per key, on top of the initial grant", async () => {
    const server = await testServer();
    const { api } = server.safelight;
    const grant = { accountId: "ann", amount: 50, key: "payment 1", reason: "purchase" };
    expect(await api.grantCredits(grant)).toEqual({ balance: 150 });
    expect(await api.grantCredits(grant)).toEqual({ balance: 150 });
    await expect(api.grantCredits({ ...grant, amount: 60 })).rejects.toMatchObject({ code: "idempotency_mismatch" });
    expect(await api.credits(ann)).toMatchObject({
      balance: 150,
      entries: [
        { kind: "grant", amount: 50, reason: "purchase" },
        { kind: "grant", amount: 100 },
      ],
    });
    expect(await server.safelight.audit()).toEqual([]);
  });

  it.each([
    { amount: 0 },
    { amount: -1 },
    { amount: 1.5 },
    { amount: 2 ** 53 },
    { key: "" },
    { accountId: "" },
    { accountId: "ann\ud800" },
  ])("refuses %j", async (wrong) => {
    const { api } = (await testServer()).safelight;
    const grant = { accountId: "ann", amount: 1, key: "k", ...wrong };
    await expect(api.grantCredits(grant)).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("safelight.api.spendCredits", () => {
  it("takes credits once per key, and never more than the balance when calls race", async () => {
    const server = await testServer();
    const { api } = server.safelight;
    const spending = { accountId: "ann", amount: 30, key: "order 1", reason: "a frame" };
    expect(await api.spendCredits(spending)).toEqual({ balance: 70 });
    expect(await api.spendCredits(spending)).toEqual({ balance: 70 });
    const orders = Array.from({ length: 5 }, (_, index) =>
      api.spendCredits({ ...spending, key: `order ${index + 2}` }),
    );
    const outcomes = await Promise.allSettled(orders);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    await expect(api.spendCredits({ ...spending, key: "order 9" })).rejects.toMatchObject({
      code: "insufficient_credits",
      extensions: { required: 30, available: 10 },
    });
    // A host in plain JavaScript may pass the text of a form field.
    for (const amount of [0, -1, 0.5, Number.NaN, "5" as unknown as number]) {
      await expect(api.spendCredits({ ...spending, amount, key: "x" })).rejects.toMatchObject({
        code: "invalid_input",
      });
    }
    expect(await api.credits(ann, { limit: 1 })).toMatchObject({
      balance: 10,
      entries: [{ kind: "adjustment", amount: -30, reason: "a frame" }],
    });
    expect(await server.safelight.audit()).toEqual([]);
  });
});

describe("safelight.api.submit", () => {
  it("rejects a missing input and a retry of an input without fields", async () => {
    const schema = z.union([z.string(), z.object({ prompt: z.string() })]).optional();
    const provider = scriptedProvider<z.output<typeof schema>>();
    const { safelight } = await testServer({ models: { echo: defineModel({ provider, input: schema, credits: 1 }) } });
    const { api } = safelight;
    await expect(api.submit(ann, "echo", undefined)).rejects.toMatchObject({ code: "invalid_input" });
    const { generation } = await api.submit(ann, "echo", "a cat");
    const input = { prompt: "a dog" };
    await expect(api.retry(ann, generation.id, { input })).rejects.toMatchObject({ code: "invalid_input" });
  });
});

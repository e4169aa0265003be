import { HttpResponse, http } from "msw";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type App, mockedNetwork, refusalOf } from "../../../test/mocked-network.js";
import { createSafelightClient } from "../create-safelight-client.js";
import { createMockServer } from "./create-mock-server.js";

const { safelight, network, client } = mockedNetwork();

describe("createMockServer", () => {
  it("returns queued generations under ids that are the same in every run", async () => {
    const queued = safelight.queue("flux", { prompt: "a lamp" }, { scope: "poster", metadata: { order: 7 } });
    expect(queued).toMatchObject({ id: "gen_00000000-0000-7000-8000-000000000001", status: "pending", credits: 4 });
    expect(await client.get(queued.id)).toEqual(queued);
    expect(await client.active({ scope: "poster" })).toMatchObject({ generations: [queued], sequence: 1 });
    expect(await client.active({ scope: "other" })).toMatchObject({ generations: [] });
    expect(safelight.active().generations).toEqual([queued]);
    expect(safelight.balance).toBe(16);
  });

  it("accepts a submit once per key, at its price", async () => {
    const submit = (prompt: string) => client.submit("flux", { prompt }, { idempotencyKey: "one" });
    const [first, second] = await Promise.all([submit("a lamp"), submit("a lamp")]);
    expect(second.generation).toEqual(first.generation);
    expect(first.credits).toEqual({ balance: 16 });
    expect((await refusalOf(submit("two lamps"))).code).toBe("idempotency_mismatch");
    const changed = client.submit("flux", { prompt: "x" }, { expectedCredits: 3 });
    expect(await refusalOf(changed)).toMatchObject({ code: "price_changed", credits: 4 });
    expect(safelight.requests[0]).toMatchObject({ method: "POST", path: "/", idempotencyKey: "one" });
  });

  it("refuses unknown models, and submits without sufficient credits", async () => {
    expect(await refusalOf(client.submit("old", { prompt: "x" }))).toMatchObject({
      code: "unknown_model",
      message: 'The model "old" is retired and accepts no new generations.',
    });
    for (let count = 0; count < 5; count += 1) safelight.queue("flux", { prompt: "x" });
    const refusal = await refusalOf(client.submit("flux", { prompt: "x" }));
    expect(refusal).toMatchObject({ code: "insufficient_credits", status: 402, required: 4, available: 0 });
    expect(() => safelight.queue("flux", { prompt: "x" })).toThrow("call grantCredits first");
    safelight.grantCredits(4);
    expect((await client.submit("flux", { prompt: "x" })).credits).toEqual({ balance: 0 });
  });

  it("enforces its limits, and returns the active ids", async () => {
    const limited = createMockServer({
      models: { flux: {} },
      limits: { rate: { requests: 3, perMs: 60_000 }, maxActive: 2 },
    });
    const other = createSafelightClient<App>({ baseUrl: "https://example.test", fetch: limited.fetch });
    const submit = () => other.submit("flux", { prompt: "x" });
    const ids = [(await submit()).generation.id, (await submit()).generation.id];
    expect(await refusalOf(submit())).toMatchObject({ code: "too_many_active", activeIds: ids.toReversed() });
    limited.complete(ids[0] ?? "");
    await submit();
    expect(await refusalOf(submit())).toMatchObject({ code: "rate_limited", status: 429, retryAfterMs: 20_000 });
  });

  it("validates inputs with the model's schema, and computes prices from the result", async () => {
    const checking = createMockServer({
      models: {
        flux: {
          input: {
            "~standard": {
              validate: (value) =>
                Object(value).prompt === ""
                  ? { issues: [{ message: "Say something.", path: [{ key: "prompt" }] }] }
                  : { value: { steps: 8 } },
            },
          },
          credits: (checked) => Object(checked).steps,
        },
      },
    });
    const other = createSafelightClient<App>({ baseUrl: "https://example.test", fetch: checking.fetch });
    expect(await refusalOf(other.submit("flux", { prompt: "" }))).toMatchObject({
      code: "invalid_input",
      message: "prompt: Say something.",
      issues: [{ message: "Say something.", path: ["prompt"] }],
    });
    expect((await other.submit("flux", { prompt: "x" })).generation.credits).toBe(8);
    expect((await other.models()).models).toEqual([{ id: "flux", kind: "image", credits: null, retired: false }]);
  });

  it("sends the safety flags of outputs only with the option", async () => {
    const outputsWith = (options: { readonly flags?: readonly string[] | null }) => {
      const server = createMockServer({ models: { flux: {} }, ...options });
      return server.complete(server.queue("flux", {}).id);
    };
    expect(outputsWith({ flags: ["nsfw"] })).toMatchObject({ outputs: [{ flags: ["nsfw"] }] });
    expect(outputsWith({ flags: null })).toMatchObject({ outputs: [{ flags: null }] });
    expect(JSON.stringify(outputsWith({}))).not.toContain("flags");
  });

  it("serves images that a page can load, under URLs that expire", async () => {
    const { id } = safelight.queue("flux", { prompt: "a lamp" });
    safelight.progress(id, 0.5, { preview: true });
    const { previewUrl } = (await client.get(id)).progress;
    expect((await fetch(previewUrl ?? "")).headers.get("content-type")).toBe("image/png");
    safelight.complete(id);
    const finished = await client.get(id);
    if (finished.status !== "completed") throw new Error(`its status is ${finished.status}`);
    safelight.signOut();
    const image = await fetch(finished.outputs[0].url);
    expect((await image.arrayBuffer()).byteLength).toBe(finished.outputs[0].byteLength);
    const thumbnail = await fetch(finished.outputs[0].thumbnailUrl ?? "");
    expect((await thumbnail.arrayBuffer()).byteLength).toBe(finished.outputs[0].byteLength);
    const unsigned = await fetch(`https://example.test/api/generations/${id}/outputs/0`);
    expect(unsigned.status).toBe(401);
  });

  it("cancels a pending generation at once, and only requests it for a processing one", async () => {
    const pending = safelight.queue("flux", { prompt: "x" });
    expect(await client.cancel(pending.id)).toMatchObject({ status: "canceled", refundedCredits: 4 });
    const working = safelight.queue("flux", { prompt: "y" });
    safelight.progress(working.id, 0.1);
    expect(await client.cancel(working.id)).toMatchObject({
      status: "processing",
      cancelRequestedAt: expect.any(String),
    });
    safelight.cancel(working.id);
    expect(await client.cancel(working.id)).toMatchObject({ status: "canceled", refundedCredits: 4 });
  });

  it("retries with changed fields, lists pages, marks as seen and deletes", async () => {
    const first = safelight.queue("flux", { prompt: "a lamp", steps: 3 });
    expect((await refusalOf(client.delete(first.id))).code).toBe("not_terminal");
    safelight.fail(first.id);
    const { generation: second } = await client.retry(first.id, { input: { prompt: "two lamps" } });
    expect(second).toMatchObject({ retryOf: first.id, input: { prompt: "two lamps", steps: 3 } });
    const page = await client.list({ limit: 1, model: "flux" });
    expect(page.generations).toEqual([second]);
    const rest = await client.list({ limit: 1, model: "flux", cursor: page.nextCursor });
    expect(rest).toMatchObject({ generations: [{ id: first.id }], nextCursor: null });
    expect((await client.list({ status: "failed" })).generations).toHaveLength(1);
    expect(await client.active()).toMatchObject({ unseenCount: 1, unseen: [{ id: first.id }] });
    await client.markSeen([first.id]);
    expect(await client.active()).toMatchObject({ unseenCount: 0 });
    await client.delete(first.id);
    expect((await refusalOf(client.get(first.id))).code).toBe("not_found");
  });

  it("leases notices to one page until the lease expires", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { id } = safelight.queue("flux", { prompt: "a lamp" });
    safelight.complete(id);
    const claim = async (name: string): Promise<readonly string[]> => {
      const response = await post("/notices/claim", { claim: name });
      const { generations }: { generations: { id: string }[] } = await response.json();
      return generations.map((generation) => generation.id);
    };
    expect([await claim("one"), await claim("one"), await claim("two")]).toEqual([[id], [id], []]);
    vi.setSystemTime(Date.now() + 30_000);
    expect([await claim("two"), await claim("one")]).toEqual([[id], []]);
    await post("/notices/confirm", { claim: "two", ids: [id] });
    vi.setSystemTime(Date.now() + 30_000);
    expect(await claim("three")).toEqual([]);
  });

  it("refuses the next matching request as planned, once", async () => {
    safelight.refuseNext("POST /", "refund_budget_spent", { retryAfterMs: 60_000 });
    const submit = () => client.submit("flux", { prompt: "x" }, { idempotencyKey: "one" });
    expect(await refusalOf(submit())).toMatchObject({ code: "refund_budget_spent", retryAfterMs: 60_000 });
    expect((await submit()).credits).toEqual({ balance: 16 });
  });

  it("lets a handler of the test drop a response, which the client recovers by its key", async () => {
    network.use(
      http.post(
        "*/api/generations",
        async ({ request }) => {
          await safelight.fetch(request);
          return HttpResponse.error();
        },
        { once: true },
      ),
    );
    const { credits } = await client.submit("flux", { prompt: "a lamp" });
    expect(credits).toEqual({ balance: 16 });
    expect(safelight.requests.map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      expect.any(String),
      safelight.requests[0]?.idempotencyKey,
    ]);
  });

  it("passes other URLs to other handlers", async () => {
    network.resetHandlers(
      ...safelight.handlers,
      http.get("*", () => HttpResponse.text("another")),
    );
    const texts = ["/api/generations-of-cats", "/admin/api/generations/active", "/"].map(async (path) =>
      (await fetch(`https://example.test${path}`)).text(),
    );
    expect(await Promise.all(texts)).toEqual(["another", "another", "another"]);
    network.resetHandlers(...safelight.handlers);
  });

  it("returns null for credits if the host does not bill", async () => {
    const free = createMockServer({ basePath: "/media/", credits: false, models: { flux: { credits: 4 } } });
    const other = createSafelightClient<App>({ baseUrl: "https://x.test", basePath: "/media", fetch: free.fetch });
    const { generation, credits } = await other.submit("flux", { prompt: "x" });
    expect({ credits, of: generation.credits }).toEqual({ credits: null, of: null });
    expect((await refusalOf(other.credits())).code).toBe("not_found");
  });
});

function post(path: string, body: object): Promise<Response> {
  return fetch(`https://example.test/api/generations${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

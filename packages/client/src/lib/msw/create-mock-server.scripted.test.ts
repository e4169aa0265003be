import { describe, expect, it } from "vitest";
import { follow, mockedNetwork, refusalOf } from "../../../test/mocked-network.js";
import { createMockServer } from "./create-mock-server.js";

const { safelight, client } = mockedNetwork();

const address = "https://example.test/api/generations";

const submit = (options: { idempotencyKey?: string; signal?: AbortSignal } = {}) =>
  client.submit("flux", { prompt: "a lamp" }, options);

describe("createMockServer, with faults", () => {
  it("filters requests by method, path and query", async () => {
    const { id } = safelight.queue("flux", { prompt: "a lamp" });
    await client.get(id);
    await client.list({ status: "failed" });
    await client.list();
    await client.markSeen([id]);
    await client.cancel(id);
    const count = (request: string) => safelight.requestsTo(request).length;
    expect(["GET", "GET /", "GET /?status", "GET /?status=failed", "GET /?status=completed"].map(count)).toEqual([
      3, 2, 1, 1, 0,
    ]);
    expect(["GET /:id", `GET /${id}`, "POST /:id/cancel", "POST /:id", "GET /seen"].map(count)).toEqual([
      1, 1, 1, 0, 0,
    ]);
    expect(safelight.requestsTo("POST /seen").map(({ json }) => json)).toEqual([{ ids: [id] }]);
    expect(safelight.requestsTo("GET /:id").map(({ json }) => json)).toEqual([null]);
  });

  it("refuses the matching request, and no other", async () => {
    const [first, second] = [safelight.queue("flux", { prompt: "x" }), safelight.queue("flux", { prompt: "y" })];
    safelight.refuseNext(`GET /${second.id}`, "forbidden");
    safelight.refuseNext("GET /?status=failed", "forbidden");
    expect((await client.get(first.id)).id).toBe(first.id);
    expect((await client.list()).generations).toHaveLength(2);
    expect((await refusalOf(client.get(second.id))).code).toBe("forbidden");
    expect((await refusalOf(client.list({ status: "failed" }))).code).toBe("forbidden");
    expect((await client.list({ status: "failed" })).generations).toEqual([]);
  });

  it("applies refusals and other plans in the order in which they were made, each to one request", async () => {
    safelight.refuseNext("GET /models", "forbidden");
    safelight.interceptNext("GET", () => Response.json({ models: [] }));
    safelight.refuseNext("GET", "unavailable");
    const status = async () => (await fetch(`${address}/models`)).status;
    expect([await status(), await status(), await status(), await status()]).toEqual([403, 200, 503, 200]);
  });

  it("restores a backup without a generation, its submission and its sequences", async () => {
    const kept = safelight.queue("flux", { prompt: "kept" });
    const { generation } = await submit({ idempotencyKey: "key-1" });
    const { sequence } = safelight.active();
    safelight.restoreBackup({ without: [generation.id] });
    expect(safelight.active()).toMatchObject({ sequence: 0, generations: [{ id: kept.id, sequence: 0 }] });
    const again = await submit({ idempotencyKey: "key-1" });
    expect(again.generation.id).not.toBe(generation.id);
    expect(again.generation.sequence).toBe(1);
    expect(sequence).toBeGreaterThan(1);
    const changes = await (await fetch(`${address}/active?after=0`)).json();
    expect(changes.changed.map(({ id }: { id: string }) => id)).toEqual([again.generation.id]);
  });

  it("completes no generation without an output", () => {
    const { id } = safelight.queue("flux", { prompt: "x" });
    expect(() => safelight.complete(id, { outputs: 0 })).toThrow("at least one output");
    expect(safelight.get(id).status).toBe("pending");
  });

  it("drops a request before it has an effect, or the response to one that had it", async () => {
    const send = () => fetch(address, post({ model: "flux", input: {} }));
    safelight.loseNext("POST /");
    await expect(send()).rejects.toThrow(TypeError);
    expect(safelight.balance).toBe(20);
    safelight.loseNext("POST /", "response");
    await expect(send()).rejects.toThrow(TypeError);
    expect(safelight.balance).toBe(16);
    expect((await send()).status).toBe(202);
  });

  it("makes the client resend a dropped request, once per key", async () => {
    safelight.loseNext("POST /", "response");
    expect((await submit()).credits).toEqual({ balance: 16 });
    expect(new Set(safelight.requestsTo("POST /").map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(safelight.requestsTo("POST /")).toHaveLength(2);
  });

  it("stalls a request, which has no effect if its page aborts", async () => {
    const releaseFirst = safelight.stallNext("POST /");
    const submitted = submit();
    await expect.poll(() => safelight.requestsTo("POST /")).toHaveLength(1);
    expect([safelight.balance, safelight.held]).toEqual([20, 0]);
    releaseFirst();
    expect((await submitted).credits).toEqual({ balance: 16 });

    const leaving = new AbortController();
    const release = safelight.stallNext("POST /");
    const left = safelight.fetch(
      new Request(address, { ...post({ model: "flux", input: {} }), signal: leaving.signal }),
    );
    await expect.poll(() => safelight.requestsTo("POST /")).toHaveLength(2);
    leaving.abort(new Error("left"));
    release();
    await expect(left).rejects.toThrow("left");
    expect(safelight.balance).toBe(16);
  });

  it("stalls a response, whose request has its effect", async () => {
    const release = safelight.stallNext("POST /", "response");
    let isAnswered = false;
    const submitted = submit().then(() => {
      isAnswered = true;
    });
    await expect.poll(() => safelight.balance).toBe(16);
    await client.active();
    expect(isAnswered).toBe(false);
    release();
    await submitted;
  });

  it("applies plans in order, each to one request", async () => {
    safelight.interceptNext("GET", () => Response.json({ models: [] }));
    safelight.interceptNext("GET /models", async ({ path }, serve) => {
      const { models } = await (await serve()).json();
      return Response.json({ models: [...models, { id: path, kind: "image", credits: null, retired: false }] });
    });
    const ids = async () => (await client.models()).models.map(({ id }: { id: string }) => id);
    expect([await ids(), await ids(), await ids()]).toEqual([[], ["flux", "old", "/models"], ["flux", "old"]]);
  });

  it("responds to stalled requests when it goes offline, and clears plans on reset", async () => {
    safelight.stallNext("POST /");
    const send = () => fetch(address, post({ model: "flux", input: {} }));
    const stalled = send();
    await expect.poll(() => safelight.requestsTo("POST /")).toHaveLength(1);
    safelight.offline();
    await expect(stalled).rejects.toThrow(TypeError);
    safelight.online();
    expect(safelight.balance).toBe(20);
    safelight.loseNext("POST /");
    safelight.reset();
    expect((await send()).status).toBe(202);
  });

  it("resyncs held requests on reset, without an error", async () => {
    const stream = await safelight.fetch(new Request(`${address}/events?after=0`));
    const received = stream.text();
    safelight.queue("flux", {});
    const held = fetch(`${address}/active?after=1&wait=25`);
    await expect.poll(() => safelight.held).toBe(2);
    safelight.reset();
    expect(await received).toMatch(/\n\ndata: \{"generations":\[\],.*"sequence":0,.*"resync":true\}\n\n$/);
    expect(await (await held).json()).toMatchObject({ resync: true, sequence: 0, changed: [] });
  });

  it("does not apply plans made after a reset to requests held before it", async () => {
    safelight.queue("flux", {});
    const held = fetch(`${address}/active?after=1&wait=25`);
    await expect.poll(() => safelight.held).toBe(1);
    safelight.reset();
    safelight.refuseNext("GET", "unauthenticated");
    expect((await held).status).toBe(200);
    expect((await fetch(`${address}/active`)).status).toBe(401);
  });

  it("breaks streams, which the page resumes without a gap", async () => {
    // Mock Service Worker in Node reports a broken stream as a regular end.
    const response = await safelight.fetch(new Request(`${address}/events?after=0`));
    const text = response.text();
    await expect.poll(() => safelight.held).toBe(1);
    safelight.breakStreams();
    await expect(text).rejects.toThrow(TypeError);
    expect(safelight.held).toBe(0);

    const next = follow(client.events());
    const untilGeneration = async () => {
      for (;;) {
        const event = await next();
        if (event.type === "generation") return event.generation;
      }
    };
    const first = untilGeneration();
    await expect.poll(() => safelight.held).toBe(1);
    const { id } = safelight.queue("flux", { prompt: "a lamp" });
    expect((await first).id).toBe(id);
    const second = untilGeneration();
    safelight.breakStreams();
    safelight.complete(id);
    expect(await second).toMatchObject({ id, status: "completed" });
  });

  it("makes a page poll without streams", async () => {
    const still = createMockServer({ models: { flux: {} }, streams: false });
    const response = await still.fetch(new Request(`${address}/events?after=0`));
    expect(response.status).toBe(404);
  });

  it("removes generations that are missing in a backup, and reports progress as an estimate", async () => {
    const [lost, kept] = [safelight.queue("flux", { prompt: "x" }), safelight.queue("flux", { prompt: "y" })];
    const expectedAt = new Date(Date.now() + 8_000).toISOString();
    safelight.progress(kept.id, 0.2, { source: "estimate", expectedAt });
    safelight.progress(kept.id, 0.3, { source: "estimate" });
    safelight.restoreBackup({ without: [lost.id] });
    expect(safelight.active()).toMatchObject({
      generations: [{ id: kept.id, version: 1, expectedAt, progress: { value: 0.3, source: "estimate" } }],
      sequence: 0,
    });
    expect((await refusalOf(client.get(lost.id))).code).toBe("not_found");
  });

  it("returns the same notices to a repeated claim, without generations that finished since", async () => {
    const claim = async (): Promise<readonly string[]> => {
      const response = await fetch(`${address}/notices/claim`, post({ claim: "one" }));
      const { generations }: { generations: { id: string }[] } = await response.json();
      return generations.map(({ id }) => id);
    };
    const end = () => safelight.complete(safelight.queue("flux", { prompt: "x" }).id).id;
    const first = end();
    expect(await claim()).toEqual([first]);
    const second = end();
    expect(await claim()).toEqual([first]);
    await fetch(`${address}/notices/confirm`, post({ claim: "one", ids: [first] }));
    expect(await claim()).toEqual([second]);
  });
});

function post(body: object): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

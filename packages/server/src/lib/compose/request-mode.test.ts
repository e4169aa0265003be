import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineModel } from "../model/define-model.js";
import type { OperationStatus } from "../ports/provider.js";
import { done, scriptedProvider } from "../testing/scripted-provider.js";
import { bodyOf, generationOf, problemOf, type TestServer, testServer } from "../testing/test-server.js";

const secret = "a secret that is long enough for tests";
const origin = "http://localhost/api/generations";
const running: OperationStatus = { type: "running", progress: 0.5 };

function requestMode(poll: readonly OperationStatus[] = [running, done()]) {
  const provider = scriptedProvider<{ prompt: string }>({ poll });
  const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 });
  return testServer({ models: { flux }, worker: { mode: "request" } });
}

type Server = Awaited<ReturnType<typeof requestMode>>;

/** What a host has promised to wait for. */
class Host {
  readonly #promises: Promise<unknown>[] = [];

  waitUntil(promise: Promise<unknown>): void {
    this.#promises.push(promise);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#promises.splice(0));
  }
}

function ask(server: Server, path: string, init: RequestInit, host?: Host): Promise<Response> {
  const headers = { authorization: "Bearer ann", "content-type": "application/json" };
  return server.safelight.handler(new Request(`${origin}${path}`, { ...init, headers }), host);
}

const submitBody = JSON.stringify({ model: "flux", input: { prompt: "a red bicycle" } });

describe("a server in request mode", () => {
  it("brings a generation to its end with nothing but the requests that look at it", async () => {
    const server = await requestMode();
    const ann = server.as("ann");
    const { id, status } = await ann.submit();
    expect(status).toBe("pending");
    const seen: string[] = [];
    for (let look = 0; look < 5; look += 1) {
      seen.push((await generationOf(await ann.get(`/${id}`))).status);
      server.clock.skip(10_000);
    }
    expect(seen).toEqual(["pending", "processing", "processing", "completed", "completed"]);
    expect(server.clock.pending()).toEqual([]);
    expect(await server.safelight.audit()).toEqual([]);
  });

  it.each(["/active", ""])("advances what is due when GET %j looks", async (path) => {
    const server = await requestMode();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await ann.get(path);
    expect((await server.store.get({ ownerId: "ann", id }))?.state).toBe("running");
  });

  it("works on after the answer where the host has waitUntil, from the submit on", async () => {
    const server = await requestMode([done()]);
    const host = new Host();
    const response = await ask(server, "", { method: "POST", body: submitBody }, host);
    expect(response.status).toBe(202);
    const { id } = await generationOf(response);
    await host.settled();
    expect((await server.store.get({ ownerId: "ann", id }))?.state).toBe("running");
    server.clock.skip(10_000);
    expect((await generationOf(await ask(server, `/${id}`, {}, host))).status).toBe("processing");
    await host.settled();
    expect((await server.store.get({ ownerId: "ann", id }))?.state).toBe("completed");
  });

  it("does not hold a submit up where the host has no waitUntil", async () => {
    const server = await requestMode();
    const { id } = await generationOf(await ask(server, "", { method: "POST", body: submitBody }));
    expect((await server.store.get({ ownerId: "ann", id }))?.state).toBe("queued");
  });

  it("works while a long poll is held, and rests once it is answered", async () => {
    const server = await requestMode([running, running, done()]);
    const ann = server.as("ann");
    const { id } = await ann.submit();
    let status = "pending";
    let tag = "";
    for (let poll = 0; poll < 10 && status !== "completed"; poll += 1) {
      const answer = ann.get(`/${id}?wait=25`, { "if-none-match": tag });
      await server.clock.advance(26_000);
      const response = await answer;
      tag = response.headers.get("etag") ?? tag;
      if (response.status === 200) status = (await generationOf(response)).status;
    }
    expect(status).toBe("completed");
    await server.clock.advance(60_000);
    expect(server.clock.pending()).toEqual([]);
  });

  it("leaves a generation whole when its process is frozen in the middle: the next look takes it up", async () => {
    const server = await requestMode([done()]);
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await ann.get("/active");
    // Somebody took it and never came back.
    server.clock.skip(10_000);
    await server.store.claim({ models: ["flux"], limit: 1, leaseMs: 30_000, token: "frozen" });
    await ann.get("/active");
    expect((await server.store.get({ ownerId: "ann", id }))?.state).toBe("running");
    server.clock.skip(30_000);
    await ann.get("/active");
    expect((await server.store.get({ ownerId: "ann", id }))?.state).toBe("completed");
  });

  it("has no loop to start", async () => {
    const { safelight } = await requestMode();
    expect(() => safelight.worker.start()).toThrow(/worker\.mode "request"/);
  });

  it("answers a question although the database cannot be worked on", async () => {
    const server = await requestMode();
    const ann = server.as("ann");
    await ann.submit();
    await server.safelight.worker.stop();
    expect((await ann.get("/active")).status).toBe(200);
  });

  it("refuses a provider that blocks, unless the host says how long a request may run", async () => {
    const provider = scriptedProvider({ capabilities: { resumable: false } });
    const models = { block: defineModel({ provider, input: z.object({}) }) };
    await expect(testServer({ models, worker: { mode: "request" } })).rejects.toThrow(/worker\.budgetMs/);
    await expect(testServer({ models, worker: { mode: "request", budgetMs: 60_000 } })).resolves.toBeDefined();
  });
});

describe("POST /tick", () => {
  const tick = (server: Pick<TestServer<never>, "ask">, headers: Record<string, string>) =>
    server.ask(null, "/tick", { method: "POST", headers });

  it("drives a whole generation with no loop running", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    const advanced: number[] = [];
    for (let step = 0; step < 3; step += 1) {
      const response = await tick(server, { authorization: `Bearer ${secret}` });
      expect(response.status).toBe(200);
      advanced.push((await bodyOf<{ readonly advanced: number }>(response)).advanced);
      server.clock.skip(10_000);
    }
    expect(advanced).toEqual([1, 1, 0]);
    expect((await generationOf(await ann.get(`/${id}`))).status).toBe("completed");
  });

  it("takes any of the secrets in rotation, and nothing else", async () => {
    const old = "an older secret that is long enough too";
    const server = await testServer({ secret: [secret, old] });
    await server.as("ann").submit();
    for (const authorization of ["", "Bearer ", "Bearer ann", `Basic ${secret}`, `Bearer ${secret}x`, secret]) {
      const response = await tick(server, authorization === "" ? {} : { authorization });
      expect([authorization, response.status]).toEqual([authorization, 401]);
      expect((await problemOf(response)).code).toBe("unauthenticated");
    }
    expect(await server.safelight.worker.tick()).toBe(1);
    for (const known of [secret, old]) {
      expect((await tick(server, { authorization: `bearer ${known}` })).status).toBe(200);
    }
  });
});

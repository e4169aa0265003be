import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { EventListener } from "../../../../testing/event-listener.js";
import { createGate } from "../../../../testing/fakes/gate.js";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { problemOf, testModels, testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { defineModel } from "../../model/define-model.js";
import type { Storage } from "../../ports/storage.js";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { memoryStorage } from "../../storage/memory-storage.js";

const secretText = "postgres://admin:hunter2@db";

const faultyModels = {
  "a price that is not a number": { credits: () => Number.NaN },
  "a price that throws": {
    credits: () => {
      throw new Error(secretText);
    },
  },
  "a price that throws a non-Error value": {
    credits: () => {
      throw secretText;
    },
  },
  "no outputs": { outputs: () => 0 },
};

describe("an internal error", () => {
  it.each(Object.entries(faultyModels))("from %s is logged and not revealed", async (_, options) => {
    const provider = scriptedProvider<{ prompt: string }>();
    const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), ...options });
    const server = await testServer({ models: { flux } });
    const response = await server.as("ann").post("", { model: "flux", input: { prompt: "x" } });
    expect(response.status).toBe(500);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ code: "internal", detail: "Internal server error", retryable: false });
    expect(JSON.stringify(problem)).not.toContain("hunter2");
    expect(server.logs).toMatchObject([
      {
        level: "error",
        message: "Request failed with an internal error.",
        fields: { requestId: problem.requestId, method: "POST" },
      },
    ]);
  });

  it.each([
    ["throws", () => Promise.reject(new Error(secretText))],
    ["throws a non-Error value", () => Promise.reject(secretText)],
    ["returns a number", () => 7],
    ["returns an empty id", () => ""],
    ["returns an id that is too long", () => "x".repeat(257)],
    ["returns an empty account", () => ({ ownerId: "ann", accountId: "" })],
    ["returns another object", () => ({ id: "ann" })],
  ])("from an identify that %s is logged and not revealed", async (_, identify) => {
    // A host without types may return this.
    const server = await testServer({ identify: identify as () => string });
    const response = await server.request(null, "/active");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("hunter2");
    expect(server.logs).toMatchObject([{ level: "error", message: "Request failed with an internal error." }]);
  });

  it("treats undefined from identify as not signed in", async () => {
    const server = await testServer({ identify: (() => undefined) as unknown as () => null });
    expect((await server.request(null, "/active")).status).toBe(401);
  });
});

describe("an unavailable database", () => {
  it("is a 503 with Retry-After on every route that needs it", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const busy = (): never => {
      throw new StoreUnavailable("busy", { retryAfterMs: 1_500 });
    };
    Object.assign(server.store, { submit: busy, get: busy, listActive: busy, ping: busy, requestCancel: busy });
    const id = "gen_01900000-0000-7000-8000-00000000ffff";
    for (const response of [
      await ann.post("", { model: "flux", input: { prompt: "x" } }),
      await ann.get(`/${id}`),
      await ann.get("/active"),
      await ann.post(`/${id}/cancel`),
      await server.request(null, "/health"),
    ]) {
      expect(response.status).toBe(503);
      expect(response.headers.get("retry-after")).toBe("2");
      expect(await problemOf(response)).toMatchObject({ code: "unavailable", retryable: true });
    }
    expect(server.logs.map(({ level }) => level)).toEqual(["warn", "warn", "warn", "warn", "warn"]);
  });

  it("is a retryable 503 for a submit that may have been accepted", async () => {
    const server = await testServer();
    let lookups = 0;
    server.store.findSubmission = async () => {
      lookups += 1;
      if (lookups === 1) return null;
      throw new StoreUnavailable("busy");
    };
    const key = { "idempotency-key": "key" };
    const response = await server.as("ann").post("", { model: "none", input: { prompt: "x" } }, key);
    expect(response.status).toBe(503);
    expect(await problemOf(response)).toMatchObject({ code: "unavailable", retryable: true });
  });

  it("is a 503 of /health for any reason, which is in the log and not in the response", async () => {
    const server = await testServer();
    server.store.ping = () => Promise.reject(new Error("The database needs migration 99: upgrade it."));
    const response = await server.request(null, "/health");
    expect(response.status).toBe(503);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ code: "unavailable", detail: "The database is unavailable.", retryable: true });
    expect(server.logs).toMatchObject([
      { level: "warn", fields: { error: expect.stringContaining("needs migration 99: upgrade it") } },
    ]);
  });

  it("answers health 503 while the storage cannot be used", async () => {
    const ping = () => Promise.reject(new Error("The storage folder /media was unmounted."));
    const server = await testServer({ storage: { ...memoryStorage(), ping } });
    const response = await server.request(null, "/health");
    expect(response.status).toBe(503);
    expect(await problemOf(response)).toMatchObject({ code: "unavailable", detail: "The storage is unavailable." });
    expect(server.logs).toMatchObject([
      { level: "warn", message: "Responded with 503.", fields: { error: expect.stringContaining("unmounted") } },
    ]);
  });

  it("is tried again by the next request when creating the tables failed", async () => {
    const server = await testServer({ models: testModels });
    const { migrate } = server.store;
    let attempts = 0;
    server.store.migrate = async () => {
      attempts += 1;
      if (attempts === 1) throw new StoreUnavailable("busy");
      await migrate();
    };
    const ann = server.as("ann");
    expect((await ann.get("/active")).status).toBe(503);
    expect((await ann.get("/active")).status).toBe(200);
    expect((await ann.get("/active")).status).toBe(200);
    expect(attempts).toBe(2);
  });
});

describe("an event stream whose read fails", () => {
  it("breaks off, with the reason in the log only", async () => {
    const server = await testServer();
    server.store.listCredits = () => Promise.reject(new Error(secretText));
    const stream = new EventListener(await server.as("ann").get("/events"));
    await stream.snapshot();
    await expect(stream.credits()).rejects.toThrow("The event stream failed.");
    expect(server.logs).toMatchObject([
      { level: "warn", message: "An event stream failed.", fields: { error: `Error: ${secretText}` } },
    ]);
    expect(server.clock.pending()).toEqual([]);
  });
});

describe("a storage that hangs", () => {
  /** Completes a generation, lets the storage hang, and waits for the response for 10 seconds. */
  async function responseOf(fault: Partial<Storage>, request: { readonly path?: string; readonly init?: RequestInit }) {
    const { signedUrl } = fault;
    const server = await testServer({ storage: { ...memoryStorage(), ...(signedUrl && { signedUrl }) } });
    const { id } = await server.as("ann").submit();
    await server.as("ann").finish(id);
    Object.assign(server.storage, fault);
    const response = server.request("ann", request.path ?? `/${id}/outputs/0`, request.init);
    await expect.poll(() => server.clock.pending()).toContain(10_000);
    await server.clock.advance(10_000);
    expect((await response).status).toBe(503);
    expect(server.clock.pending()).toEqual([]);
    expect(server.logs.at(-1)).toMatchObject({
      fields: { error: expect.stringContaining("timed out after 10000 ms") },
    });
  }

  const never = () => new Promise<never>(() => {});

  it.each([
    ["an output", {}, { get: never }],
    ["a range", { init: { headers: { range: "bytes=0-1" } } }, { get: never }],
    ["HEAD of an output", { init: { method: "HEAD" } }, { get: never }],
    ["an output by a signed URL", {}, { signedUrl: never }],
    ["a health check", { path: "/health" }, { ping: never }],
  ])("responds 503 for %s after 10 seconds", async (_, request, fault) => responseOf(fault, request));

  it.each([{}, { method: "HEAD" }])("aborts the read (%o) after 10 seconds", async (init) => {
    const signals: (AbortSignal | undefined)[] = [];
    const get: Storage["get"] = (_, options) => {
      signals.push(options?.signal);
      return never();
    };
    await responseOf({ get }, { init });
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });

  it("responds 503 after 10 seconds without a first chunk, and cancels the read", async () => {
    const cancel = vi.fn();
    await responseOf({ get: async () => ({ byteLength: 9, body: new ReadableStream({ cancel }) }) }, {});
    expect(cancel).toHaveBeenCalledOnce();
  });

  it("cancels the read of an object that arrives too late", async () => {
    const gate = createGate();
    const cancel = vi.fn();
    const body = new ReadableStream<Uint8Array>({ cancel });
    await responseOf({ get: () => gate.opened.then(() => ({ byteLength: 9, body })) }, {});
    gate.open();
    await expect.poll(() => cancel).toHaveBeenCalledOnce();
  });
});

describe("a storage that fails", () => {
  it.each(["", "?download=1"])("answers 503 for an output%s, with the reason in the log only", async (query) => {
    const server = await testServer();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await ann.finish(id);
    server.storage.get = () => Promise.reject(new Error(secretText));
    const response = await ann.get(`/${id}/outputs/0${query}`);
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain("hunter2");
    expect(server.logs.at(-1)).toMatchObject({ level: "warn", fields: { error: expect.stringContaining("hunter2") } });
  });

  it("answers 503 for an upload", async () => {
    const server = await testServer();
    server.storage.put = () => Promise.reject(new Error(secretText));
    const response = await server.request("ann", "/inputs", {
      method: "POST",
      headers: { "content-type": "image/png" },
      body: new Uint8Array(tinyPng(1)),
    });
    expect(response.status).toBe(503);
    expect(await problemOf(response)).toMatchObject({ code: "unavailable", retryable: true });
  });
});

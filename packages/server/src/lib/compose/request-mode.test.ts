import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fakeClock } from "../../../testing/fakes/fake-clock.js";
import { done, type ProviderScript, scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { heldCall } from "../../../testing/held-call.js";
import { bodyOf, generationOf, testServer } from "../../../testing/test-server.js";
import { defineModel } from "../model/define-model.js";
import type { Clock } from "../ports/clock.js";
import type { OperationStatus, SubmitOutcome } from "../ports/provider.js";

const origin = "http://localhost/api/generations";
const running: OperationStatus = { type: "running", progress: 0.5 };

function requestMode(poll: ProviderScript<unknown>["poll"] = [running, done()]) {
  const provider = scriptedProvider<{ prompt: string }>({ poll });
  const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 });
  return testServer({ models: { flux }, worker: { mode: "request" } });
}

type Server = Awaited<ReturnType<typeof requestMode>>;

/** A fake clock that knows which request set each timer and which one canceled it. */
function timersByRequest() {
  const clock = fakeClock();
  const request = new AsyncLocalStorage<string>();
  const foreignCancels: string[] = [];
  const setTimer: Clock["setTimer"] = (delayMs, callback) => {
    const setBy = request.getStore();
    const cancel = clock.setTimer(delayMs, () => request.run(setBy ?? "", callback));
    return () => {
      const canceledBy = request.getStore();
      if (setBy !== canceledBy) foreignCancels.push(`${canceledBy} canceled a timer of ${setBy}`);
      cancel();
    };
  };
  const run = <Result>(name: string, work: () => Result): Result => request.run(name, work);
  return { ...clock, setTimer, run, foreignCancels };
}

/** Records the promises that a host received by `waitUntil`. */
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
  it("completes a generation with only the requests that read it", async () => {
    const server = await requestMode();
    const ann = server.as("ann");
    const { id, status } = await ann.submit();
    expect(status).toBe("pending");
    const seen: string[] = [];
    for (let read = 0; read < 5; read += 1) {
      seen.push((await generationOf(await ann.get(`/${id}`))).status);
      server.clock.skip(10_000);
    }
    expect(seen).toEqual(["pending", "processing", "processing", "completed", "completed"]);
    expect(server.clock.pending()).toEqual([]);
    expect(await server.safelight.audit()).toEqual([]);
  });

  it.each(["/active", ""])("advances due generations on GET %j", async (path) => {
    const server = await requestMode();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await ann.get(path);
    expect((await server.store.get({ ownerId: "ann", id }))?.state).toBe("running");
  });

  it("works after the response with waitUntil, from the submit on", async () => {
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

  it.each([
    ["no host", undefined],
    ["a host without a waitUntil function", { waitUntil: "later" } as object],
  ])("works before the response when the handler receives %s", async (_, host) => {
    const server = await requestMode();
    const { id } = await server.as("ann").submit();
    const headers = { authorization: "Bearer ann" };
    await server.safelight.handler(new Request(`${origin}/active`, { headers }), host);
    expect((await server.store.get({ ownerId: "ann", id }))?.state).toBe("running");
  });

  const outOfScope = () => {
    throw new Error("outside of a request scope");
  };
  it.each([
    ["throws", outOfScope],
    ["rejects", async () => outOfScope()],
  ])("accepts a submit although the host's waitUntil %s", async (_, waitUntil) => {
    const server = await requestMode();
    const host = { waitUntil };
    const response = await server.safelight.handler(
      new Request(origin, {
        method: "POST",
        body: submitBody,
        headers: { authorization: "Bearer ann", "content-type": "application/json" },
      }),
      host,
    );
    expect(response.status).toBe(202);
    const line = { level: "warn", message: expect.stringContaining("waitUntil") };
    await expect.poll(() => server.logs).toMatchObject([line]);
  });

  it("does not delay a submit without waitUntil", async () => {
    const server = await requestMode();
    const { id } = await generationOf(await ask(server, "", { method: "POST", body: submitBody }));
    expect((await server.store.get({ ownerId: "ann", id }))?.state).toBe("queued");
  });

  it("works while a long poll is held, and stops after its response", async () => {
    const server = await requestMode([running, running, done()]);
    const ann = server.as("ann");
    const { id } = await ann.submit();
    let status = "pending";
    let tag = "";
    for (let poll = 0; poll < 10 && status !== "completed"; poll += 1) {
      const pending = ann.get(`/${id}?wait=25`, { "if-none-match": tag });
      await server.clock.advance(26_000);
      const response = await pending;
      tag = response.headers.get("etag") ?? tag;
      if (response.status === 200) status = (await generationOf(response)).status;
    }
    expect(status).toBe("completed");
    await server.clock.advance(60_000);
    expect(server.clock.pending()).toEqual([]);
  });

  it("cancels no timer of another request, and leaves none", async () => {
    const clock = timersByRequest();
    const provider = scriptedProvider<{ prompt: string }>({ poll: [running, done()] });
    const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 });
    const server = await testServer({ models: { flux }, worker: { mode: "request" }, clock });
    const host = new Host();
    const first = clock.run("poll", () => ask(server, "/active?after=0&wait=25", {}, host));
    await clock.advance(100);
    const submit = { method: "POST", body: submitBody };
    const responses = ["submit 1", "submit 2"].map((name) => clock.run(name, () => ask(server, "", submit, host)));
    await Promise.all(responses);
    let isSettled = false;
    const settled = host.settled().then(() => {
      isSettled = true;
    });
    while (!isSettled) await clock.advance(1_000);
    await settled;
    expect((await first).status).toBe(200);
    await clock.run("read", () => ask(server, "/active", {}, host));
    await host.settled();
    expect(clock.foreignCancels).toEqual([]);
    expect(clock.pending()).toEqual([]);
  });

  it("ends a held long poll with a change of another request", async () => {
    const server = await requestMode();
    const ann = server.as("ann");
    const held = ann.get("/active?after=0&wait=25");
    await server.clock.advance(100);
    const { id } = await ann.submit();
    await server.clock.advance(2_000);
    expect(await bodyOf(await held)).toMatchObject({ changed: [{ id }] });
  });

  it("continues a generation of a frozen process with the next request", async () => {
    const server = await requestMode([done()]);
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await ann.get("/active");
    // The worker that claimed it has crashed.
    server.clock.skip(10_000);
    await server.store.claim({ models: ["flux"], limit: 1, leaseMs: 30_000, token: "frozen" });
    await ann.get("/active");
    expect((await server.store.get({ ownerId: "ann", id }))?.state).toBe("running");
    server.clock.skip(30_000);
    await ann.get("/active");
    expect((await server.store.get({ ownerId: "ann", id }))?.state).toBe("completed");
  });

  it("refuses worker.start", async () => {
    const { safelight } = await requestMode();
    expect(() => safelight.worker.start()).toThrow(/worker\.mode "request"/);
  });

  it("responds to a read after the worker was stopped", async () => {
    const server = await requestMode();
    const ann = server.as("ann");
    await ann.submit();
    await server.safelight.worker.stop();
    expect((await ann.get("/active")).status).toBe(200);
  });

  it("works while a stream is open", async () => {
    const server = await requestMode([running, done()]);
    const ann = server.as("ann");
    const { id } = await ann.submit();
    const response = await ann.get("/events?after=0");
    const reader = response.body?.getReader();
    const state = async () => (await server.store.get({ ownerId: "ann", id }))?.state;
    while ((await state()) !== "completed") {
      void reader?.read();
      await server.clock.advance(5_000);
    }
    await reader?.cancel();
    await server.clock.advance(60_000);
    expect(server.clock.pending()).toEqual([]);
  });

  it("responds to a stream before its first step ends", async () => {
    const held = heldCall<SubmitOutcome>();
    const provider = scriptedProvider<{ prompt: string }>({ submit: [held.line] });
    const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 });
    const server = await testServer({ models: { flux }, worker: { mode: "request" } });
    const ann = server.as("ann");
    await ann.submit();
    const response = await ann.get("/events");
    await held.called;
    held.resolve({ type: "done", outputs: done().outputs });
    await response.body?.cancel();
    await server.clock.advance(60_000);
  });

  it("completes a paid request of a closed stream with waitUntil", async () => {
    const held = heldCall<SubmitOutcome>();
    const provider = scriptedProvider<{ prompt: string }>({ submit: [held.line] });
    const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 });
    const server = await testServer({ models: { flux }, worker: { mode: "request" } });
    const { id } = await server.as("ann").submit();
    const host = new Host();
    const response = await ask(server, "/events", {}, host);
    await held.called;
    await response.body?.cancel();
    let isSettled = false;
    const settled = host.settled().then(() => {
      isSettled = true;
    });
    await server.clock.advance(5_000);
    expect(isSettled).toBe(false);
    held.resolve({ type: "done", outputs: done().outputs });
    await settled;
    expect((await server.store.get({ ownerId: "ann", id }))?.state).toBe("completed");
    expect(server.clock.pending()).toEqual([]);
  });

  it("stops after a host's function throws a string", async () => {
    const server = await testServer({
      worker: { mode: "request" },
      identify: () => "ann",
      models: {
        odd: defineModel({
          provider: scriptedProvider(),
          input: z.object({}),
          credits: () => {
            throw "a string";
          },
        }),
      },
    });
    const host = new Host();
    const init = { method: "POST", body: JSON.stringify({ model: "odd", input: {} }) };
    const headers = { "content-type": "application/json" };
    const response = await server.safelight.handler(new Request(`${origin}`, { ...init, headers }), host);
    expect(response.status).toBe(500);
    await host.settled();
    await server.clock.advance(60_000);
    expect(server.clock.pending()).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { testServer } from "../../../testing/test-server.js";
import type { Dispatcher, Wake } from "../ports/dispatcher.js";

const origin = "http://localhost/api/generations";

/** An engine whose acceptance of the first wake the test decides. It accepts all others at once. */
function openEngine() {
  const pending: { readonly wake: Wake; readonly accept: () => void; readonly refuse: (error: Error) => void }[] = [];
  const dispatcher: Dispatcher = {
    enqueue: (wake) =>
      new Promise<void>((resolve, reject) => {
        pending.push({ wake, accept: resolve, refuse: reject });
        if (pending.length > 1) resolve();
      }),
  };
  return { dispatcher, pending };
}

function submitRequest(): Request {
  const headers = { "content-type": "application/json", authorization: "Bearer ann" };
  return new Request(origin, { method: "POST", headers, body: '{"model":"flux","input":{"prompt":"x"}}' });
}

describe("a dispatcher that accepts wakes later", () => {
  it("does not delay the response, and the host's waitUntil waits for it", async () => {
    const { dispatcher, pending } = openEngine();
    const server = await testServer({ dispatcher });
    const waits: Promise<unknown>[] = [];
    const waitUntil = (promise: Promise<unknown>) => void waits.push(promise);
    expect((await server.safelight.handler(submitRequest(), { waitUntil })).status).toBe(202);
    expect(pending.map(({ wake }) => wake.dueInMs)).toEqual([0]);
    let isOver = false;
    const over = Promise.all(waits).then(() => {
      isOver = true;
    });
    expect(waits).toHaveLength(1);
    await server.store.ping();
    expect(isOver).toBe(false);
    pending[0]?.accept();
    await over;
  });

  it("delays the response in request mode without waitUntil, because the host may freeze the process", async () => {
    const { dispatcher, pending } = openEngine();
    const server = await testServer({ dispatcher, worker: { mode: "request" } });
    let isOver = false;
    const response = server.safelight.handler(submitRequest()).finally(() => {
      isOver = true;
    });
    await expect.poll(() => pending.length).toBe(1);
    await server.store.ping();
    expect(isOver).toBe(false);
    pending[0]?.accept();
    expect((await response).status).toBe(202);
  });

  it.each([
    ["rejects", (engine: ReturnType<typeof openEngine>) => engine.pending[0]?.refuse(new Error("no connection"))],
    ["does not respond", () => {}],
  ])("loses only the wake, with a warning, if the engine %s", async (_, act) => {
    const engine = openEngine();
    const server = await testServer({ dispatcher: engine.dispatcher, worker: { mode: "request" } });
    const response = server.safelight.handler(submitRequest());
    await expect.poll(() => engine.pending.length).toBe(1);
    act(engine);
    await server.clock.advance(5_000);
    expect((await response).status).toBe(202);
    const warnings = server.logs.filter(({ level }) => level === "warn").map(({ message }) => message);
    expect(warnings).toContain("Dispatcher failed: a wake was lost; a poll or a sweep finds the work.");
    expect(await server.safelight.worker.tick()).toBe(1);
  });
});

describe("the delays of a dispatcher", () => {
  /** The delays that an engine receives for a generation whose next poll is due after some seconds. */
  async function delaysOf(limits: Pick<Dispatcher, "minDelayMs" | "maxDelayMs">): Promise<readonly number[]> {
    const delays: number[] = [];
    const dispatcher: Dispatcher = { ...limits, enqueue: ({ dueInMs }) => delays.push(dueInMs) };
    const server = await testServer({ dispatcher });
    const { id } = await server.as("ann").submit();
    const { nextInMs } = await server.safelight.worker.advance(id);
    // Delivered at once, although it is due later.
    await server.safelight.worker.advance(id);
    return delays.map((delay) => (Math.ceil(delay) === nextInMs ? Number.NaN : delay));
  }

  it("are those of the wakes by default", async () => {
    expect(await delaysOf({})).toEqual([0, Number.NaN, Number.NaN]);
  });

  it("are at most maxDelayMs, and an early delivery enqueues the rest", async () => {
    expect(await delaysOf({ maxDelayMs: 10 })).toEqual([0, 10, 10]);
  });

  it("are at least minDelayMs, or 0", async () => {
    expect(await delaysOf({ minDelayMs: 60_000 })).toEqual([0, 60_000, 60_000]);
  });

  it("are left to the sweep if the engine has none", async () => {
    expect(await delaysOf({ maxDelayMs: 0 })).toEqual([0]);
  });
});

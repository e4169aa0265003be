import type { ActiveResponse, Json, SubmitResponse } from "@safelight/client/contract";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { EventListener } from "../../../../testing/event-listener.js";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { bodyOf, type TestServer, type testModels, testServer } from "../../../../testing/test-server.js";
import { defineModel } from "../../model/define-model.js";

const warnings = ({ logs }: Pick<TestServer<typeof testModels>, "logs">) =>
  logs.filter(({ level }) => level === "warn").map(({ message }) => message);

/** Sets `NODE_ENV` for a test. */
function inEnvironment(name: string): void {
  vi.stubEnv("NODE_ENV", name);
  onTestFinished(() => void vi.unstubAllEnvs());
}

describe("a server without a running worker, in development", () => {
  it("warns a stream of events at the first heartbeat after ten seconds", async () => {
    inEnvironment("development");
    const server = await testServer();
    const ann = server.as("ann");
    await ann.submit();
    const { sequence } = await bodyOf<ActiveResponse>(await ann.get("/active"));
    const listener = new EventListener(await server.request("ann", `/events?after=${sequence}`));
    await listener.next();
    const beat = async (): Promise<void> => {
      const next = listener.next();
      await server.clock.advance(8_000);
      expect(await next).toMatchObject({ changed: [], queue: expect.any(Array) });
    };
    await beat();
    expect(warnings(server)).toEqual([]);
    // The first heartbeat is at a random time of the first eight seconds, so the second may be before the tenth.
    await beat();
    await beat();
    expect(warnings(server)).toHaveLength(1);
    await listener.cancel();
  });

  it("warns when a request reads a generation after ten seconds", async () => {
    inEnvironment("development");
    const server = await testServer();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    server.clock.skip(9_999);
    await ann.get(`/${id}`);
    expect(warnings(server)).toEqual([]);
    server.clock.skip(1);
    await ann.get(`/${id}`);
    expect(warnings(server)).toEqual([expect.stringContaining("No worker has claimed a generation for 10 s.")]);
  });
});

describe("a server without a running worker, in production", () => {
  beforeEach(() => inEnvironment("production"));

  it.each([
    ["what is in progress", () => "/active"],
    ["the generation", (id: string) => `/${id}`],
  ])("warns once when a request reads %s after a minute", async (_what, pathOf) => {
    const server = await testServer();
    const ann = server.as("ann");
    const path = pathOf((await ann.submit()).id);
    server.clock.skip(59_999);
    await ann.get(path);
    expect(warnings(server)).toEqual([]);
    server.clock.skip(1);
    await ann.get(path);
    expect(warnings(server)).toEqual([expect.stringContaining("worker.start()")]);
    await ann.submit();
    server.clock.skip(60_000);
    await ann.get(path);
    expect(warnings(server)).toHaveLength(1);
    expect(server.clock.pending()).toEqual([]);
  });

  it.each(["before the stream", "during the stream"])(
    "warns once for a stream of events alone, submitted %s",
    async (when) => {
      const server = await testServer();
      const ann = server.as("ann");
      if (when === "before the stream") await ann.submit();
      // As a page does: it reads what is in progress, then opens its stream.
      const { sequence } = await bodyOf<ActiveResponse>(await ann.get("/active"));
      const listener = new EventListener(await server.request("ann", `/events?after=${sequence}`));
      await listener.next();
      if (when === "during the stream") {
        await ann.submit();
        await listener.generation();
      }
      const beats = async (count: number): Promise<void> => {
        for (let beat = 0; beat < count; beat += 1) {
          const next = listener.next();
          await server.clock.advance(8_000);
          // Each heartbeat has the places of the waiting generations.
          expect(await next).toMatchObject({ changed: [], queue: expect.any(Array) });
        }
      };
      await beats(7);
      expect(warnings(server)).toEqual([]);
      await beats(2);
      expect(warnings(server)).toEqual([expect.stringContaining("worker.start()")]);
      await ann.submit();
      await listener.generation();
      await beats(9);
      expect(warnings(server)).toHaveLength(1);
      await listener.cancel();
    },
  );

  it("warns once for long polls alone", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.submit();
    const { sequence } = await bodyOf<ActiveResponse>(await ann.get("/active"));
    for (let poll = 1; poll <= 3; poll += 1) {
      const answer = ann.get(`/active?after=${sequence}&wait=25`);
      await expect.poll(() => server.clock.pending()).toHaveLength(1);
      await server.clock.advance(25_000);
      expect((await answer).status).toBe(204);
      expect(warnings(server)).toHaveLength(poll < 3 ? 0 : 1);
    }
  });

  it("does not warn a stream where a worker elsewhere claims generations", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.submit();
    const listener = new EventListener(await server.request("ann", "/events?after=0"));
    await listener.generation();
    await server.store.claim({ models: ["flux"], limit: 1, leaseMs: 120_000, token: "elsewhere" });
    for (let beat = 0; beat < 9; beat += 1) {
      const next = listener.next();
      await server.clock.advance(8_000);
      await next;
    }
    expect(warnings(server)).toEqual([]);
    await listener.cancel();
  });

  it("does not warn about a generation that another process claimed before", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.submit();
    await server.store.claim({ models: ["flux"], limit: 1, leaseMs: 1_000, token: "elsewhere" });
    server.clock.skip(60_000);
    await ann.get("/active");
    expect(warnings(server)).toEqual([]);
  });

  it("does not warn if the worker is running and busy, nor in request mode", async () => {
    const busy = await testServer({ worker: { concurrency: 1 } });
    busy.safelight.worker.start();
    const waiting = await testServer({ worker: { mode: "request" } });
    for (const server of [busy, waiting]) {
      const ann = server.as("ann");
      server.store.claim = async () => [];
      await ann.submit();
      server.clock.skip(60_000);
      await ann.get("/active");
      expect(warnings(server)).toEqual([]);
    }
  });
});

describe("the warning of a server without a running worker", () => {
  beforeEach(() => inEnvironment("production"));
  const minuteMs = 60_000;
  const input = z.object({ prompt: z.string() });
  const limited = { ...scriptedProvider<{ prompt: string }>({ id: "limited" }), limits: { concurrency: 1 } };
  const models = {
    flux: defineModel({ provider: scriptedProvider<{ prompt: string }>(), input }),
    gated: defineModel({ provider: limited, input }),
    alsoGated: defineModel({ provider: limited, input }),
  };
  const claim = (server: TestServer<typeof models>, model: keyof typeof models) =>
    server.store.claim({ models: [model], limit: 1, leaseMs: 1_200_000, token: `${model} elsewhere` });
  const submit = async (server: TestServer<typeof models>, body: Json) =>
    (await bodyOf<SubmitResponse>(await server.as("ann").post("", { input: { prompt: "x" }, ...Object(body) })))
      .generation;
  /** Reads what is in progress, as a page does. */
  const warned = async (server: TestServer<typeof models>) => {
    await server.as("ann").get("/active");
    return warnings(server).length;
  };

  it("is not about a generation that waits at a full gate, and comes once the gate has capacity", async () => {
    const server = await testServer({ models });
    const { id } = await submit(server, { model: "gated" });
    expect(await claim(server, "gated")).toHaveLength(1);
    await submit(server, { model: "alsoGated" });
    server.clock.skip(minuteMs);
    expect(await warned(server)).toBe(0);
    await server.as("ann").post(`/${id}/cancel`);
    server.clock.skip(minuteMs);
    expect(await warned(server)).toBe(1);
  });

  it("is not about a scheduled generation until a minute after its start", async () => {
    const server = await testServer({ models });
    const notBefore = new Date(server.clock.now() + 600_000).toISOString();
    await submit(server, { model: "flux", notBefore });
    server.clock.skip(600_000 + minuteMs - 1);
    expect(await warned(server)).toBe(0);
    server.clock.skip(1);
    expect(await warned(server)).toBe(1);
  });

  it.each([
    ["the same model", "flux", 0],
    ["another model", "gated", 1],
  ] as const)("depends on a worker of another process with a generation of %s", async (_, model, count) => {
    const server = await testServer({ models });
    await submit(server, { model });
    expect(await claim(server, model)).toHaveLength(1);
    await submit(server, { model: "flux" });
    server.clock.skip(minuteMs);
    expect(await warned(server)).toBe(count);
  });

  it("reads at most once a minute while a generation waits for a busy worker elsewhere", async () => {
    const server = await testServer({ models });
    await submit(server, { model: "flux" });
    await claim(server, "flux");
    await submit(server, { model: "flux" });
    let reads = 0;
    const { unservedModels } = server.store;
    server.store.unservedModels = (query) => {
      reads += 1;
      return unservedModels(query);
    };
    server.clock.skip(minuteMs);
    for (let count = 0; count < 3; count += 1) expect(await warned(server)).toBe(0);
    expect(reads).toBe(1);
  });

  it("names the fix for a model that this process does not have", async () => {
    const server = await testServer({ models });
    await submit(server, { model: "flux" });
    const { listActive } = server.store;
    server.store.listActive = async (query) => {
      const list = await listActive(query);
      return { ...list, active: list.active.map((generation) => ({ ...generation, model: "removed" })) };
    };
    server.store.unservedModels = async () => ["removed"];
    server.clock.skip(minuteMs);
    await warned(server);
    expect(warnings(server)).toEqual([expect.stringContaining("retired: true")]);
  });
});

import { describe, expect, it } from "vitest";
import { type TestServer, type testModels, testServer } from "../../testing/test-server.js";

const warnings = ({ logs }: Pick<TestServer<typeof testModels>, "logs">) =>
  logs.filter(({ level }) => level === "warn").map(({ message }) => message);

describe("a server without a running worker", () => {
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

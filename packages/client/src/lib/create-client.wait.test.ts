import { getEventListeners } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { nothingLeft } from "../../test/fake-environment.js";
import { changes, completed, failed, processing } from "../../test/generations.js";
import { manualServer } from "../../test/manual-server.js";
import { testClient } from "../../test/test-client.js";

const server = manualServer();

describe("wait", () => {
  it("resolves when the generation has finished", async () => {
    const { client, environment } = testClient();
    const finished = client.wait("gen_1");
    (await server.next()).json({ generation: processing() });
    (await server.next()).json(changes({ sequence: 2, changed: [completed({ version: 2, sequence: 2 })] }));
    await expect(finished).resolves.toMatchObject({ status: "completed", version: 2 });
    expect(environment.leftovers).toEqual(nothingLeft);
  });

  it("also resolves when it failed, and at once when it had finished before", async () => {
    const { client } = testClient();
    const finished = client.wait("gen_1");
    (await server.next()).json({ generation: failed() });
    await expect(finished).resolves.toMatchObject({ status: "failed", error: { code: "content_rejected" } });
    expect(server.count).toBe(1);
  });

  it("rejects after its timeout, and cancels nothing", async () => {
    const { client, environment } = testClient();
    const finished = client.wait("gen_1", { timeoutMs: 90_000 });
    (await server.next()).json({ generation: processing() });
    await server.next();
    await environment.elapse(90_000);
    await expect(finished).rejects.toMatchObject({ code: "timeout", status: null, retryable: true });
    expect(environment.leftovers).toEqual(nothingLeft);
    expect(server.count).toBe(2);
  });

  it("sets no timer of its own without a timeout", async () => {
    const { client, environment } = testClient();
    const schedule = vi.spyOn(environment, "schedule");
    for (const options of [{}, { timeoutMs: undefined }, { timeoutMs: Infinity }]) {
      const finished = client.wait("gen_1", options);
      (await server.next()).json({ generation: completed() });
      await finished;
    }
    expect(schedule.mock.calls.map(([, ms]) => ms)).not.toContain(Infinity);
  });

  it("rejects when it is aborted, and cancels nothing", async () => {
    const { client, environment } = testClient();
    const controller = new AbortController();
    const finished = client.wait("gen_1", { timeoutMs: 90_000, signal: controller.signal });
    (await server.next()).json({ generation: processing() });
    await server.next();
    const reason = new Error("the page was left");
    controller.abort(reason);
    await expect(finished).rejects.toBe(reason);
    expect(environment.leftovers).toEqual(nothingLeft);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    expect(server.count).toBe(2);
  });

  it("rejects when there is no such generation", async () => {
    const { client } = testClient();
    const finished = client.wait("gen_1");
    (await server.next()).problem("not_found");
    await expect(finished).rejects.toHaveProperty("code", "not_found");
  });
});

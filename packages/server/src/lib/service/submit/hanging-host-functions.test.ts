import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { problemOf, type TestServer, testServer } from "../../../../testing/test-server.js";
import { toNodeHandler } from "../../http/mount/node-handler.js";
import { defineModel, type Models } from "../../model/define-model.js";

const body = { model: "flux", input: { prompt: "a lamp" } };
const hang = (): Promise<never> => new Promise(() => {});

/** Advances past the time limit once `calls` functions hang. */
async function timeOut<M extends Models>({ clock }: TestServer<M>, calls: number): Promise<void> {
  await expect.poll(() => clock.pending().filter((ms) => ms === 30_000)).toHaveLength(calls);
  await clock.advance(30_000);
}

describe("a function of the host that hangs in a request", () => {
  it("refuses the submit after 30 seconds if it is beforeSubmit, and frees the owner's slots", async () => {
    const beforeSubmit = vi.fn<() => Promise<undefined>>(hang);
    const server = await testServer({ limits: { maxActive: 3 }, hooks: { beforeSubmit } });
    const ann = server.as("ann");
    const hanging = Array.from({ length: 3 }, () => ann.post("", body));
    await timeOut(server, 3);
    for (const response of await Promise.all(hanging)) {
      expect(response.headers.get("retry-after")).toBe("5");
      expect(await problemOf(response)).toMatchObject({ status: 503, code: "unavailable", retryable: true });
    }
    beforeSubmit.mockResolvedValue(undefined);
    expect((await ann.post("", body)).status).toBe(202);
    expect((await server.store.listCredits({ accountId: "ann", limit: 1, before: null })).balance).toBe(96);
  });

  it("refuses the submit after 30 seconds if it is a check of the model's schema", async () => {
    const flux = defineModel({
      provider: scriptedProvider<{ prompt: string }>(),
      input: z.object({ prompt: z.string().refine(hang) }),
      credits: 4,
    });
    const server = await testServer({ models: { flux } });
    const response = server.as("ann").post("", body);
    await timeOut(server, 1);
    expect(await problemOf(await response)).toMatchObject({ status: 503, code: "unavailable" });
  });

  it("refuses the request after 30 seconds if it is identify", async () => {
    const server = await testServer({ identify: hang });
    const response = server.as("ann").get("/active");
    await timeOut(server, 1);
    expect(await problemOf(await response)).toMatchObject({ status: 503, code: "unavailable" });
  });

  it("frees the owner's slots when the clients disconnect from Node", async () => {
    const beforeSubmit = vi.fn<() => Promise<undefined>>(hang);
    const server = await testServer({ limits: { maxActive: 2 }, hooks: { beforeSubmit } });
    const host = createServer(toNodeHandler(server.safelight)).listen(0, "127.0.0.1");
    await once(host, "listening");
    onTestFinished(async () => {
      host.closeAllConnections();
      host.close();
      await once(host, "close");
    });
    // A TCP server's address is an object.
    const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/api/generations`;
    const headers = { authorization: "Bearer ann", "content-type": "application/json" };
    const clients = new AbortController();
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const hanging = Array.from({ length: 2 }, () => fetch(url, { ...init, signal: clients.signal }));
    await expect.poll(() => beforeSubmit.mock.calls.length).toBe(2);
    beforeSubmit.mockResolvedValue(undefined);
    clients.abort();
    for (const response of hanging) await expect(response).rejects.toThrow();
    await expect.poll(() => server.clock.pending()).not.toContain(30_000);
    expect((await fetch(url, init)).status).toBe(202);
  });
});

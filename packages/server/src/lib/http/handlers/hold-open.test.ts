import { Hono } from "hono";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { EventListener } from "../../../../testing/event-listener.js";
import { type TestServer, type testModels, testServer } from "../../../../testing/test-server.js";
import type { BunServer } from "../request/bun-server.js";

type Server = TestServer<typeof testModels>;

const headers = { authorization: "Bearer ann" };
const urlOf = (path: string): string => `http://localhost/api/generations${path}`;

/** Records the idle timeouts that are set, in seconds. */
function bunServer(): BunServer & { readonly limits: Map<Request, number> } {
  const limits = new Map<Request, number>();
  return { limits, timeout: (request, seconds) => limits.set(request, seconds) };
}

/** Sends a long poll without changes, and returns its response after this time. */
async function statusAfter(
  server: Server,
  milliseconds: number,
  send: (request: Request) => Promise<Response>,
  { wait = 25 } = {},
) {
  const { sequence } = await server.as("ann").submit();
  let status: number | null = null;
  const idle = server.clock.pending().length;
  const responded = send(new Request(urlOf(`/active?after=${sequence}&wait=${wait}`), { headers })).then((response) => {
    status = response.status;
  });
  await expect.poll(() => server.clock.pending().length).toBeGreaterThan(idle);
  await server.clock.advance(milliseconds);
  await Promise.race([responded, new Promise((resolve) => setImmediate(resolve))]);
  const seen = status;
  await server.clock.advance(25_000);
  await responded;
  return seen;
}

describe("in Bun", () => {
  beforeEach(() => {
    vi.stubGlobal("Bun", {});
    onTestFinished(() => void vi.unstubAllGlobals());
  });

  it("raises the idle timeout of a long poll above its wait, with the server that Bun passes to fetch", async () => {
    const server = await testServer();
    const bun = bunServer();
    expect(await statusAfter(server, 20_000, (request) => server.safelight.handler(request, bun))).toBeNull();
    expect([...bun.limits.values()]).toEqual([35]);
  });

  it("raises the idle timeout for the max wait only, because Bun accepts at most 255 seconds", async () => {
    const server = await testServer();
    const bun = bunServer();
    const send = (request: Request) => server.safelight.handler(request, bun);
    expect(await statusAfter(server, 20_000, send, { wait: 1_000 })).toBeNull();
    expect([...bun.limits.values()]).toEqual([35]);
  });

  it.each([
    ["as the bindings", (bun: BunServer) => bun],
    ["as a member of the bindings", (bun: BunServer) => ({ server: bun })],
  ])("finds the server of a Hono app %s", async (_, toBindings) => {
    const server = await testServer();
    const bun = bunServer();
    const app = new Hono().route("/api/generations", server.safelight.app);
    const send = async (request: Request) => app.fetch(request, toBindings(bun));
    expect(await statusAfter(server, 20_000, send)).toBeNull();
    expect(bun.limits.size).toBe(1);
  });

  it("ends a long poll below Bun's idle timeout if the host does not pass the server", async () => {
    const server = await testServer();
    expect(await statusAfter(server, 8_000, (request) => server.safelight.handler(request))).toBe(204);
  });

  it("raises the idle timeout of a stream", async () => {
    const { safelight } = await testServer();
    const bun = bunServer();
    const listener = new EventListener(await safelight.handler(new Request(urlOf("/events"), { headers }), bun));
    await listener.next();
    expect([...bun.limits.values()]).toEqual([40]);
    await listener.cancel();
  });

  it("does not change the timeout of other requests", async () => {
    const { safelight } = await testServer();
    const bun = bunServer();
    await safelight.handler(new Request(urlOf("/active"), { headers }), bun);
    expect(bun.limits.size).toBe(0);
  });
});

it("holds a long poll for its whole wait on other runtimes", async () => {
  const server = await testServer();
  const bun = bunServer();
  expect(await statusAfter(server, 20_000, (request) => server.safelight.handler(request, bun))).toBeNull();
  expect(bun.limits.size).toBe(0);
});

import { once } from "node:events";
import {
  type ClientHttp2Session,
  constants,
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  connect as openSession,
  type Settings,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { createGate } from "../../../../testing/fakes/gate.js";
import { type TestServer, type testModels, testServer } from "../../../../testing/test-server.js";
import { toNodeHandler } from "./node-handler.js";

/** Serves HTTP/2 on a free port. Returns a function that opens a session. */
async function serving(onRequest: (request: Http2ServerRequest, response: Http2ServerResponse) => void) {
  const host = createServer(onRequest);
  host.listen(0, "127.0.0.1");
  await once(host, "listening");
  const sessions: ClientHttp2Session[] = [];
  onTestFinished(async () => {
    for (const session of sessions) session.destroy();
    host.close();
    await once(host, "close");
  });
  return (settings: Settings = {}): ClientHttp2Session => {
    // A TCP server's address is an object.
    const session = openSession(`http://127.0.0.1:${(host.address() as AddressInfo).port}`, { settings });
    sessions.push(session);
    return session;
  };
}

/** The compatible API of HTTP/2 has other types than that of HTTP/1.1. */
function http2Handler({ safelight }: TestServer<typeof testModels>) {
  const handler = toNodeHandler(safelight);
  return (request: Http2ServerRequest, response: Http2ServerResponse) => handler(request as never, response as never);
}

it("releases the list slots of HTTP/2 streams that were reset during the read", async () => {
  const server = await testServer();
  await server.as("ann").submit();
  const list = server.store.list.bind(server.store);
  const gate = createGate();
  const listing = vi.spyOn(server.store, "list").mockImplementation(async (query) => {
    await gate.opened;
    return list(query);
  });
  const closed: Promise<unknown>[] = [];
  const handler = http2Handler(server);
  const connect = await serving((request, response) => {
    closed.push(once(response, "close"));
    handler(request, response);
  });
  const session = connect();
  const streams = Array.from({ length: 8 }, () =>
    session.request({ ":path": "/api/generations", authorization: "Bearer ann" }),
  );
  await expect.poll(() => listing).toHaveBeenCalledTimes(8);
  for (const stream of streams) stream.close();
  await Promise.all(closed);
  gate.open();
  expect((await server.as("ann").get("/")).status).toBe(200);
  expect(server.clock.pending()).not.toContain(120_000);
});

it("reads the lists of other owners while one connection with a window of 0 leaves 64 lists unread", async () => {
  const server = await testServer();
  let ended = 0;
  const session = (await serving(http2Handler(server)))({ initialWindowSize: 0 });
  const streams = Array.from({ length: 64 }, (_, index) =>
    session.request({ ":path": "/api/generations/active", authorization: `Bearer guest-${index % 8}` }),
  );
  for (const stream of streams) stream.on("close", () => (ended += 1)).on("error", () => undefined);
  await Promise.all(streams.map((stream) => once(stream, "response")));
  expect((await server.as("zoe").get("/active")).status).toBe(200);
  expect((await server.as("zoe").get("/")).status).toBe(200);
  expect(ended).toBe(0);
  await server.clock.advance(120_000);
  await expect.poll(() => ended).toBe(64);
});

it("closes the oldest unread lists of HTTP/2 streams beyond 128 MiB", async () => {
  const server = await testServer();
  await server.as("ann").submit();
  const list = server.store.list.bind(server.store);
  const prompt = "x".repeat(50_000_000);
  vi.spyOn(server.store, "list").mockImplementation(async (query) => {
    const page = await list(query);
    return { ...page, generations: page.generations.map((generation) => ({ ...generation, input: { prompt } })) };
  });
  const connect = await serving(http2Handler(server));
  // Node refuses further streams of a session with 10 MB of unsent data.
  const open = async () => {
    const stream = connect({ initialWindowSize: 0 }).request({
      ":path": "/api/generations",
      authorization: "Bearer ann",
    });
    stream.on("error", () => undefined);
    await once(stream, "response");
    return stream;
  };
  const [first, second] = [await open(), await open()];
  const closed = new Promise((resolve) => first.once("close", resolve));
  const third = await open();
  await closed;
  expect(first.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
  expect([second.closed, third.closed]).toEqual([false, false]);
});

it("does not handle a request whose HTTP/2 stream was reset before the handler", async () => {
  const { safelight } = await testServer();
  const handling = vi.fn(safelight.handler);
  const handler = toNodeHandler({ handler: handling });
  const arrived = createGate();
  const handled = createGate();
  const connect = await serving(async (request, response) => {
    arrived.open();
    await once(response, "close");
    handler(request as never, response as never);
    handled.open();
  });
  const stream = connect().request({ ":path": "/api/generations/active", authorization: "Bearer ann" });
  await arrived.opened;
  stream.close();
  await handled.opened;
  expect(handling).not.toHaveBeenCalled();
});

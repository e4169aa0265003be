import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createHttp2Server, connect as openSession } from "node:http2";
import { type AddressInfo, connect, type Socket } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { describe, expect, it, onTestFinished } from "vitest";
import { createGate } from "../../../../testing/fakes/gate.js";
import { type TestServer, type testModels, testServer } from "../../../../testing/test-server.js";
import { toNodeHandler } from "./node-handler.js";

type Safelight = TestServer<typeof testModels>["safelight"];

/** A host with one route, and the number of its requests that have not settled. */
interface Host {
  readonly server: Server;
  readonly unsettled: () => number;
}

function honoHost(safelight: Safelight): Host {
  let unsettled = 0;
  const app = new Hono();
  app.use(async (_, next) => {
    unsettled += 1;
    await next();
    unsettled -= 1;
  });
  app.route("/api/generations", safelight.app);
  // The adapter returns an HTTP/1.1 server unless other options are set.
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  return { server, unsettled: () => unsettled };
}

function nodeHost(safelight: Safelight): Host {
  let unsettled = 0;
  const handler: Safelight["handler"] = async (...args) => {
    unsettled += 1;
    const response = await safelight.handler(...args);
    unsettled -= 1;
    return response;
  };
  return { server: createServer(toNodeHandler({ handler })), unsettled: () => unsettled };
}

/** A listening host whose `identify` awaits `open()`. */
async function gatedHost(createHost: (safelight: Safelight) => Host) {
  const gate = createGate();
  let identified = 0;
  const { safelight } = await testServer({
    identify: async () => {
      identified += 1;
      await gate.opened;
      return "ann";
    },
  });
  const { server, unsettled } = createHost(safelight);
  let received = 0;
  server.on("request", () => {
    received += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/api/generations`;
  return {
    pipeline: (requests: number) => pipeline(port, requests),
    identified: () => identified,
    unsettled,
    open: gate.open,
    /** Waits for the requests, and then for the response of another connection. */
    receive: async (requests: number) => {
      await expect.poll(() => received).toBeGreaterThanOrEqual(requests);
      expect((await fetch(`${url}/health`)).status).toBe(200);
    },
  };
}

function pipeline(port: number, requests: number): { readonly socket: Socket; readonly text: () => string } {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => {
    socket.destroy();
  });
  let text = "";
  socket.on("error", () => undefined);
  socket.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  socket.write("GET /api/generations/active HTTP/1.1\r\nHost: x\r\n\r\n".repeat(requests));
  return { socket, text: () => text };
}

describe.each([
  ["the Hono app", honoHost],
  ["toNodeHandler", nodeHost],
])("pipelined requests to %s", (_, createHost) => {
  it("are handled one after another", async () => {
    const { identified, open, pipeline, receive } = await gatedHost(createHost);
    const { text } = pipeline(10);
    await receive(10);
    expect(identified()).toBe(1);
    open();
    await expect.poll(() => text().match(/HTTP\/1.1 200/g)?.length).toBe(10);
    expect(identified()).toBe(10);
  });

  it("close the connection when more than 16 of them wait", async () => {
    const { identified, open, pipeline, unsettled } = await gatedHost(createHost);
    const { socket } = pipeline(18);
    await once(socket, "close");
    await expect.poll(unsettled).toBe(1);
    // The first request opens the database before it identifies its caller.
    await expect.poll(identified).toBe(1);
    open();
    await expect.poll(unsettled).toBe(0);
    expect(identified()).toBe(1);
  });

  it("have no effect after the client has disconnected", async () => {
    const { identified, open, pipeline, receive, unsettled } = await gatedHost(createHost);
    const { socket } = pipeline(5);
    await receive(5);
    socket.destroy();
    await expect.poll(unsettled).toBe(1);
    open();
    await expect.poll(unsettled).toBe(0);
    expect(identified()).toBe(1);
  });
});

it("handles the streams of one HTTP/2 connection concurrently", async () => {
  const gate = createGate();
  let identified = 0;
  const { safelight } = await testServer({
    identify: async () => {
      identified += 1;
      if (identified === 10) gate.open();
      await gate.opened;
      return "ann";
    },
  });
  const handler = toNodeHandler(safelight);
  // The compatibility API has the used members of HTTP/1.1 requests.
  const server = createHttp2Server((request, response) => handler(request as never, response as never));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const session = openSession(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(async () => {
    session.destroy();
    server.close();
    await once(server, "close");
  });
  const statuses = Array.from({ length: 10 }, async () => {
    const stream = session.request({ ":path": "/api/generations/active" });
    const [headers] = await once(stream, "response");
    stream.close();
    return headers[":status"];
  });
  expect(await Promise.all(statuses)).toEqual(Array.from({ length: 10 }, () => 200));
});

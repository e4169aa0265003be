import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { freePort } from "../../../scripts/free-port.ts";
import { createReverseProxy } from "./reverse-proxy.ts";

test("streams a response while the web process still writes it, and ends the request when the client leaves", async (t) => {
  let closed: Promise<unknown> | null = null;
  const port = await serve(t, (_, response) => {
    closed = once(response, "close");
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: 1\n\n");
  });
  const client = new AbortController();
  const response = await fetch(await proxyTo(t, () => [port]), { signal: client.signal });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.ok(response.body);
  const { value } = await response.body.getReader().read();
  assert.equal(new TextDecoder().decode(value), "data: 1\n\n");
  client.abort();
  await closed;
});

test("sends the head of a stream before its first event", async (t) => {
  const port = await serve(t, (_, response) => response.writeHead(200).flushHeaders());
  const client = new AbortController();
  const response = await fetch(await proxyTo(t, () => [port]), { signal: client.signal });
  assert.equal(response.status, 200);
  client.abort();
});

test("forwards method, path, body, host and cookies, and the status and cookies of the response", async (t) => {
  const port = await serve(t, async (request, response) => {
    const body = await text(request);
    const { method, url, headers } = request;
    response.writeHead(201, { "set-cookie": ["a=1", "b=2"] });
    response.end(JSON.stringify({ method, url, host: headers.host, cookie: headers.cookie, body }));
  });
  const url = await proxyTo(t, () => [port]);
  const body = "x".repeat(200_000);
  const response = await fetch(`${url}/api?a=1`, { method: "POST", body, headers: { cookie: "c=3" } });
  assert.equal(response.status, 201);
  assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
  const { host } = new URL(url);
  assert.deepEqual(await response.json(), { method: "POST", url: "/api?a=1", host, cookie: "c=3", body });
});

test("sends every request of a dead web process to the other one", async (t) => {
  const port = await serve(t, async (request, response) => {
    response.end(await text(request));
  });
  const dead = await freePort();
  const url = await proxyTo(t, () => [dead, port]);
  // Both turns, so that each process is the first one once.
  for (let turn = 0; turn < 4; turn += 1) {
    const response = await fetch(url, { method: "POST", body: `body ${turn}` });
    assert.equal(await response.text(), `body ${turn}`);
  }
});

test("repeats only a GET when a web process dies before its response", async (t) => {
  let received = 0;
  const dying = await serve(t, (request) => {
    received += 1;
    request.socket.destroy();
  });
  const port = await serve(t, (_, response) => response.end("ok"));
  for (const [method, status] of [
    ["GET", 200],
    ["POST", 502],
  ] as const) {
    received = 0;
    // The turn of a proxy starts with its second port.
    const response = await fetch(await proxyTo(t, () => [port, dying]), { method });
    assert.equal(response.status, status);
    assert.equal(received, 1);
  }
});

test("cuts a response that its web process did not complete", async (t) => {
  const port = await serve(t, (_, response) => {
    response.writeHead(200);
    response.write("half");
    setImmediate(() => response.destroy());
  });
  const response = await fetch(await proxyTo(t, () => [port]));
  await assert.rejects(response.text(), TypeError);
});

test("responds with 503 while no web process runs", async (t) => {
  for (const ports of [[], [await freePort()]]) {
    const response = await fetch(await proxyTo(t, () => ports));
    assert.equal(response.status, 503);
    assert.equal(response.headers.get("retry-after"), "1");
  }
});

async function serve(t: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  t.after(() => server.closeAllConnections());
  return listening(t, server);
}

async function proxyTo(t: TestContext, ports: () => readonly number[]): Promise<string> {
  const proxy = createReverseProxy(ports);
  t.after(() => proxy.closeAllConnections());
  return `http://127.0.0.1:${await listening(t, proxy)}`;
}

async function listening(t: TestContext, server: Server): Promise<number> {
  t.after(() => server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // The address of a TCP server is an object.
  return (server.address() as AddressInfo).port;
}

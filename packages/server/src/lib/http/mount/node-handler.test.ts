import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, request as sendRequest } from "node:http";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { EventListener } from "../../../../testing/event-listener.js";
import { generationOf, problemOf, testServer } from "../../../../testing/test-server.js";
import { recordUnhandledErrors } from "../../../../testing/unhandled-errors.js";
import { toNodeHandler } from "./node-handler.js";

const headers = { authorization: "Bearer ann", "content-type": "application/json" };
const body = JSON.stringify({ model: "flux", input: { prompt: "a lamp" } });
const basePath = "/api/generations";

describe("toNodeHandler", () => {
  it("handles requests of node:http and does not change the globals of the process", async () => {
    const { Request: requestBefore, Response: responseBefore } = globalThis;
    const { safelight } = await testServer();
    const { url } = await listening(toNodeHandler(safelight));
    const submitted = await fetch(url, { method: "POST", headers, body });
    expect(submitted.status).toBe(202);
    const { id } = await generationOf(submitted);
    expect((await fetch(`${url}/${id}`, { headers })).status).toBe(200);
    expect(await (await fetch(`${url}/${id}`, { headers, method: "HEAD" })).text()).toBe("");
    expect([globalThis.Request, globalThis.Response]).toEqual([requestBefore, responseBefore]);
  });

  it("uses the full path of a request whose mount path was stripped", async () => {
    const { safelight } = await testServer();
    const handler = toNodeHandler(safelight);
    const { url } = await listening((request, response) => {
      Object.assign(request, { originalUrl: request.url, url: request.url?.slice(basePath.length) });
      handler(request, response);
    });
    expect((await fetch(`${url}/active`, { headers })).status).toBe(200);
  });

  it("responds 404 to a path whose dots leave the mount path, which is no mistake of the host", async () => {
    const server = await testServer();
    const handler = toNodeHandler(server.safelight);
    const { url } = await listening((request, response) => {
      // Express routes by the prefix of the raw path.
      Object.assign(request, { originalUrl: request.url, url: request.url?.slice(basePath.length) });
      handler(request, response);
    });
    const { hostname, port } = new URL(url);
    for (const path of ["/../x", "/%2e%2E/x", "/a/../../x?a=1", "/..", "/./%2E./y"]) {
      const options = { hostname, port, path: `${basePath}${path}`, headers };
      const [response] = (await once(sendRequest(options).end(), "response")) as [IncomingMessage];
      response.resume();
      expect([path, response.statusCode]).toEqual([path, 404]);
    }
    expect(server.logs).toEqual([]);
  });

  it("sends each Set-Cookie header on its own", async () => {
    const cookies = ["a=1; Path=/", "b=2; Path=/"];
    const handler = async () => new Response(null, { headers: cookies.map((cookie) => ["set-cookie", cookie]) });
    const { url } = await listening(toNodeHandler({ handler }));
    expect((await fetch(url)).headers.getSetCookie()).toEqual(cookies);
  });

  it("ignores X-Forwarded-* when it compares origins", async () => {
    const { safelight } = await testServer();
    const { url } = await listening(toNodeHandler(safelight));
    const forged = { origin: "https://evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" };
    const response = await fetch(url, { method: "POST", headers: { ...headers, ...forged }, body });
    expect((await problemOf(response)).code).toBe("origin_not_allowed");
  });

  it("passes the host's request to identify", async () => {
    const { safelight } = await testServer({
      // Set by a middleware of the host.
      identify: ({ incoming }) => (incoming as { user?: string } | undefined)?.user ?? null,
    });
    const handler = toNodeHandler(safelight);
    const { url } = await listening((request, response) => handler(Object.assign(request, { user: "ann" }), response));
    expect((await fetch(`${url}/active`)).status).toBe(200);
  });
});

describe("a request body that a parser of the host has read", () => {
  it.each([
    ["with a stated length", { body }],
    ["in chunks", { body: new Blob([body]).stream(), duplex: "half" }],
  ])("is refused with the remedy, sent %s", async (_, sent) => {
    const server = await testServer();
    const { url } = await listening(afterParser(toNodeHandler(server.safelight)));
    const problem = await problemOf(await fetch(url, { method: "POST", headers, ...sent }));
    expect(problem).toMatchObject({
      code: "internal",
      status: 500,
      detail: expect.stringMatching(/express\.json\(\)/),
    });
    expect(server.logs).toMatchObject([{ level: "error", fields: { error: expect.stringMatching(/ConsumedBody/) } }]);
  });

  it("accepts a request without a body after a body parser", async () => {
    const server = await testServer();
    const { id } = await server.as("ann").submit();
    const { url } = await listening(afterParser(toNodeHandler(server.safelight)));
    const { authorization } = headers;
    expect((await fetch(`${url}/${id}/cancel`, { method: "POST", headers: { authorization } })).status).toBe(200);
  });
});

describe("a client that disconnects", () => {
  it("frees its event stream", async () => {
    const server = await testServer();
    const { url } = await listening(toNodeHandler(server.safelight));
    const idle = server.clock.pending().length;
    const leaving = new AbortController();
    const listener = new EventListener(await fetch(`${url}/events`, { headers, signal: leaving.signal }));
    await listener.next();
    expect(server.clock.pending().length).toBeGreaterThan(idle);
    leaving.abort();
    await expect.poll(() => server.clock.pending().length).toBe(idle);
  });

  it("frees its long poll", async () => {
    const server = await testServer();
    const { sequence } = await server.as("ann").submit();
    const { url } = await listening(toNodeHandler(server.safelight));
    const idle = server.clock.pending().length;
    const leaving = new AbortController();
    const held = fetch(`${url}/active?after=${sequence}&wait=25`, { headers, signal: leaving.signal });
    await expect.poll(() => server.clock.pending().length).toBeGreaterThan(idle);
    leaving.abort();
    await expect(held).rejects.toThrow();
    await expect.poll(() => server.clock.pending().length).toBe(idle);
  });

  it("starts no work if it disconnects while earlier middleware runs", async () => {
    let requests = 0;
    const handler = async () => {
      requests += 1;
      return new Response();
    };
    const nodeHandler = toNodeHandler({ handler });
    const handled = new EventEmitter();
    const { port } = await listening(async (request, response) => {
      await once(response, "close");
      nodeHandler(request, response);
      handled.emit("done");
    });
    const socket = connect(port, "127.0.0.1");
    socket.write(`GET ${basePath}/events HTTP/1.1\r\nHost: x\r\n\r\n`);
    await once(socket, "ready");
    const done = once(handled, "done");
    setImmediate(() => socket.destroy());
    await done;
    expect(requests).toBe(0);
  });

  it("applies backpressure to a slow client", async () => {
    let pulls = 0;
    const handler = async () =>
      new Response(
        new ReadableStream<Uint8Array>(
          {
            pull: (controller) => {
              pulls += 1;
              if (pulls > 2_000) controller.close();
              else controller.enqueue(new Uint8Array(65_536));
            },
          },
          { highWaterMark: 0 },
        ),
      );
    const { url } = await listening(toNodeHandler({ handler }));
    const response = await responseTo(url);
    await once(response, "readable");
    // Half of the bytes would not fit into the socket buffers of the loopback.
    await expect.poll(async () => [pulls, await nextTurns().then(() => pulls)]).toSatisfy(([a, b]) => a === b);
    expect(pulls).toBeLessThan(1_000);
    response.destroy();
  });
});

describe("a response that earlier middleware has already sent", () => {
  it("stays unchanged, and the request starts no work", async () => {
    let requests = 0;
    const handler = async () => {
      requests += 1;
      return new Response();
    };
    const { url } = await listening((request, response) => {
      response.writeHead(503).end("timeout");
      toNodeHandler({ handler })(request, response);
    });
    const response = await fetch(url);
    expect([response.status, await response.text(), requests]).toEqual([503, "timeout", 0]);
  });

  it.each([
    ["before the handler has responded", "handler"],
    ["while the first chunk is read", "pull"],
  ])("cancels the body when it was sent %s", async (_, moment) => {
    const logged = vi.spyOn(console, "error").mockReturnValue();
    onTestFinished(() => logged.mockRestore());
    const body = new EventEmitter();
    const canceled = once(body, "canceled");
    const { url } = await listening((request, response) => {
      const sendTimeout = () => response.writeHead(503).end("timeout");
      const handler = async () => {
        if (moment === "handler") sendTimeout();
        return new Response(
          new ReadableStream<Uint8Array>(
            {
              pull: (controller) => {
                if (!response.headersSent) sendTimeout();
                controller.enqueue(new Uint8Array(10));
              },
              cancel: () => void body.emit("canceled"),
            },
            { highWaterMark: 0 },
          ),
        );
      };
      toNodeHandler({ handler })(request, response);
    });
    expect((await fetch(url)).status).toBe(503);
    await canceled;
  });

  it("frees the slot of an event stream", async () => {
    const server = await testServer();
    const idle = server.clock.pending().length;
    const { url } = await listening((request, response) => {
      const handler: typeof server.safelight.handler = async (...given) => {
        const result = await server.safelight.handler(...given);
        response.writeHead(503).end();
        return result;
      };
      toNodeHandler({ handler })(request, response);
    });
    expect((await fetch(`${url}/events`, { headers })).status).toBe(503);
    await expect.poll(() => server.clock.pending().length).toBe(idle);
  });
});

describe("a response whose method throws in a wrapper of the host", () => {
  it.each(["writeHead", "end"])("closes the connection without an unhandled rejection, for %s", async (method) => {
    const logged = vi.spyOn(console, "error").mockReturnValue();
    onTestFinished(() => logged.mockRestore());
    const unhandled = recordUnhandledErrors();
    onTestFinished(() => unhandled.stop());
    const { safelight } = await testServer();
    const error = new Error("The session could not be saved.");
    const closed = new EventEmitter();
    const isClosed = once(closed, "close");
    const { url } = await listening((request, response) => {
      response.once("close", () => closed.emit("close"));
      Object.assign(response, {
        [method]: () => {
          throw error;
        },
      });
      toNodeHandler(safelight)(request, response);
    });
    // The client may have received the complete response before `end` throws.
    await Promise.allSettled([isClosed, fetch(`${url}/active`, { headers })]);
    expect(await unhandled.settled()).toEqual([]);
    expect(logged).toHaveBeenCalledWith(error);
  });
});

/** A parser as `express.json()`: reads the body of each request that has one, then hands the request on. */
function afterParser(next: RequestListener): RequestListener {
  return (request, response) => {
    request.on("end", () => next(request, response));
    request.resume();
  };
}

async function responseTo(url: string): Promise<IncomingMessage> {
  const [response] = await once(sendRequest(url).end(), "response");
  return response;
}

/** Long enough for work in progress within the process. */
async function nextTurns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function listening(listener: RequestListener) {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no port.");
  return { port: address.port, url: `http://127.0.0.1:${address.port}${basePath}` };
}

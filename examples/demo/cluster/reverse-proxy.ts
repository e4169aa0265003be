import { createServer, type IncomingMessage, type Server, type ServerResponse, request as send } from "node:http";
import { connect, type Socket } from "node:net";

/** Headers of one connection: the proxy's own connections have others. */
const connectionHeaders = new Set(["connection", "keep-alive", "proxy-connection", "expect", "upgrade"]);

/**
 * Creates a server that forwards each request to one of several ports of this machine, in turn. If a port refuses the
 * connection, the next one gets the request. A GET without a response is sent to the next port, too. Any other request
 * may have had its effect, and gets 502: its client decides whether to repeat it. Responses are streamed.
 *
 * @param ports called for each request; without any, the response is 503.
 */
export function createReverseProxy(ports: () => readonly number[]): Server {
  let turn = 0;
  return createServer(async (request, response) => {
    turn += 1;
    const all = ports();
    const first = turn % Math.max(all.length, 1);
    for (const port of [...all.slice(first), ...all.slice(0, first)]) {
      const socket = await connectTo(port);
      if (socket === null) continue;
      if (await forward({ request, response, socket })) return;
      if (!isRepeatable(request)) return refuse(response, 502);
    }
    refuse(response, 503);
  });
}

function isRepeatable({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "HEAD";
}

/** A new connection for each request: an idle one may be closed just as it is used again. */
function connectTo(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const fail = (): void => resolve(null);
    socket.once("error", fail).once("connect", () => {
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

/** @returns whether a response arrived, or the client has disconnected. */
function forward(options: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
}): Promise<boolean> {
  const { request, response, socket } = options;
  const onward = send({
    createConnection: () => socket,
    method: request.method,
    path: request.url,
    setHost: false,
    headers: keptHeaders(request),
  });
  return new Promise((resolve) => {
    const abort = (): void => void onward.destroy();
    response.once("close", abort);
    onward.on("error", () => {
      response.off("close", abort);
      resolve(response.destroyed);
    });
    onward.once("response", (incoming) => {
      response.writeHead(incoming.statusCode ?? 502, keptHeaders(incoming));
      // The first event of a stream may come much later.
      response.flushHeaders();
      // A truncated response must not look complete.
      incoming.once("error", () => response.destroy());
      incoming.pipe(response);
      resolve(true);
    });
    if (isRepeatable(request)) onward.end();
    else request.pipe(onward);
  });
}

/** Names and values in turn, as they arrived. */
function keptHeaders({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders.filter((_, index) => !connectionHeaders.has((rawHeaders[index - (index % 2)] ?? "").toLowerCase()));
}

function refuse(response: ServerResponse, status: 502 | 503): void {
  if (response.destroyed) return;
  response.writeHead(status, { "content-type": "text/plain", "retry-after": "1" });
  response.end("No web process responded. Try again.\n");
}

/** Stops the server. Also closes the open streams, which never end by themselves: their clients reconnect. */
export function closeProxy(proxy: Server): Promise<void> {
  return new Promise((resolve) => {
    proxy.close(() => resolve());
    proxy.closeAllConnections();
  });
}

import { once } from "node:events";
import { createServer, request } from "node:http";

/** A proxy that buffers each response until its end, so that a stream never arrives. */
export interface BufferingProxy {
  readonly url: string;
  /** Number of forwarded responses to long polls. */
  readonly forwardedLongPolls: number;
  close(): Promise<void>;
}

/**
 * Starts the proxy.
 *
 * @param options.timeoutMs a response that is incomplete by then becomes a 504; `null` for no timeout.
 */
export async function startBufferingProxy(options: {
  readonly port: number;
  readonly timeoutMs: number | null;
}): Promise<BufferingProxy> {
  const { port, timeoutMs } = options;
  let forwardedLongPolls = 0;
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const upstream = request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        if (path?.includes("wait=")) forwardedLongPolls += 1;
        if (outgoing.headersSent) return;
        outgoing.writeHead(response.statusCode ?? 502, response.headers);
        outgoing.end(Buffer.concat(chunks));
      });
    });
    const refuse = (): void => {
      if (outgoing.headersSent) return;
      outgoing.writeHead(504).end();
      upstream.destroy();
    };
    upstream.on("error", refuse);
    const timer = timeoutMs === null ? undefined : setTimeout(refuse, timeoutMs);
    outgoing.on("close", () => {
      clearTimeout(timer);
      upstream.destroy();
    });
    incoming.pipe(upstream);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no TCP address.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    get forwardedLongPolls() {
      return forwardedLongPolls;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

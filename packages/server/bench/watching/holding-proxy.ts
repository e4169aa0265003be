import { once } from "node:events";
import { request as ask, createServer } from "node:http";

/** A proxy that collects each answer, and passes it on when it is whole: a stream never is. */
export interface HoldingProxy {
  readonly url: string;
  /** How many answers to held questions it has passed. */
  readonly held: number;
  close(): Promise<void>;
}

/**
 * Starts one.
 *
 * @param options.patienceMs what is not answered by then is refused; `null` waits for ever.
 */
export async function startHoldingProxy(options: {
  readonly port: number;
  readonly patienceMs: number | null;
}): Promise<HoldingProxy> {
  const { port, patienceMs } = options;
  let held = 0;
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const onward = ask({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.on("end", () => {
        if (path?.includes("wait=")) held += 1;
        if (outgoing.headersSent) return;
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        outgoing.end(Buffer.concat(pieces));
      });
    });
    const refuse = (): void => {
      if (outgoing.headersSent) return;
      outgoing.writeHead(504).end();
      onward.destroy();
    };
    onward.on("error", refuse);
    const timer = patienceMs === null ? undefined : setTimeout(refuse, patienceMs);
    outgoing.on("close", () => {
      clearTimeout(timer);
      onward.destroy();
    });
    incoming.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy listens nowhere.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    get held() {
      return held;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

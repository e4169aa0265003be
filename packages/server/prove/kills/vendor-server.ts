import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

interface Job {
  readonly generationId: string;
  readonly readyAt: number;
}

/** A vendor in a process that nobody kills: it counts what it is paid, whoever dies on the other side. */
export interface VendorServer {
  readonly url: string;
  /** Jobs that this generation was billed for. */
  paidFor(generationId: string): number;
  /** How often the request of any attempt arrived more than once. */
  repeatedRequests(): number;
  close(): Promise<void>;
}

/**
 * Starts the vendor on loopback: `POST /jobs` takes a job, `GET /jobs/:token` tells how it is doing. That there is none is
 * a promise: a request that was stopped on its way and comes after it is refused.
 *
 * @param options.jobMs how long a job takes.
 */
export async function startVendorServer(options: { readonly jobMs: number }): Promise<VendorServer> {
  const jobs = new Map<string, Job>();
  const absent = new Set<string>();
  let repeated = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const token = request.url?.slice("/jobs/".length) ?? "";
    if (request.method === "POST") {
      // Only our own adapter calls this server.
      const { token, generationId } = (await json(request)) as {
        readonly token: string;
        readonly generationId: string;
      };
      if (absent.has(token)) return reply(response, 409, {});
      if (jobs.has(token)) repeated += 1;
      jobs.set(token, { generationId, readyAt: performance.now() + options.jobMs });
      reply(response, 202, { token });
      return;
    }
    const job = jobs.get(token);
    if (job === undefined) {
      absent.add(token);
      return reply(response, 404, {});
    }
    reply(response, 200, { done: performance.now() >= job.readyAt });
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    paidFor: (generationId) => [...jobs.values()].filter((job) => job.generationId === generationId).length,
    repeatedRequests: () => repeated,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

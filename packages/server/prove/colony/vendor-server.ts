import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** A paid request, as our own adapter sends it. */
export interface PaidRequest {
  readonly token: string;
  readonly generationId: string;
  readonly attempt: number;
}

interface Job {
  readonly generationId: string;
  readonly readyAt: number;
}

/** How the vendor works. */
export interface VendorOptions {
  /** How long a job takes. */
  readonly jobMs: number;
  /** How long the answer to a paid request takes, drawn anew for each. @default none */
  readonly replyMs?: (() => number) | undefined;
  /** Whether a paid request is answered with the result itself, and no job is left. @default false */
  readonly isInstant?: boolean | undefined;
  /** Called when a job is done, as a vendor that calls back does. */
  readonly onDone?: ((request: PaidRequest) => void) | undefined;
}

/** A vendor in a process that nobody kills: it counts what it is paid, whoever dies on the other side. */
export interface VendorServer {
  readonly url: string;
  /** Jobs that were taken. */
  jobCount(): number;
  /** Jobs that this generation was billed for. */
  paidFor(generationId: string): number;
  /** How often the request of any attempt arrived more than once. */
  repeatedRequests(): number;
  /** How often a generation was worked on by two at once. */
  overlaps(): number;
  close(): Promise<void>;
}

/**
 * Starts the vendor on loopback: `POST /jobs` takes a job, `GET /jobs/:token` tells how it is doing. That there is none is
 * a promise: a request that was stopped on its way and comes after it is refused.
 */
export async function startVendorServer(options: VendorOptions): Promise<VendorServer> {
  const jobs = new Map<string, Job>();
  const paid = new Map<string, number>();
  const absent = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();
  const inHand = new Set<string>();
  let repeated = 0;
  let overlaps = 0;

  const later = (milliseconds: number, work: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, milliseconds);
    timers.add(timer);
  };

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Only our own adapter calls this server.
    const asked = (await json(request)) as PaidRequest;
    const { token, generationId } = asked;
    if (absent.has(token)) return reply(response, 409, {});
    if (jobs.has(token)) repeated += 1;
    jobs.set(token, { generationId, readyAt: performance.now() + options.jobMs });
    paid.set(generationId, (paid.get(generationId) ?? 0) + 1);
    if (options.onDone !== undefined) later(options.jobMs, () => options.onDone?.(asked));
    if (inHand.has(generationId)) overlaps += 1;
    inHand.add(generationId);
    const answer = (): void => {
      inHand.delete(generationId);
      reply(response, options.isInstant === true ? 200 : 202, { token });
    };
    const replyMs = options.replyMs?.() ?? 0;
    if (replyMs > 0) later(replyMs, answer);
    else setImmediate(answer);
  };

  const look = (token: string, response: ServerResponse): void => {
    const job = jobs.get(token);
    if (job === undefined) absent.add(token);
    if (job === undefined) reply(response, 404, {});
    else reply(response, 200, { done: performance.now() >= job.readyAt });
  };

  const server = createServer((request, response) => {
    if (request.method === "POST") take(request, response).catch(() => response.destroy());
    else look(request.url?.slice("/jobs/".length) ?? "", response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    jobCount: () => jobs.size,
    paidFor: (generationId) => paid.get(generationId) ?? 0,
    repeatedRequests: () => repeated,
    overlaps: () => overlaps,
    async close() {
      for (const timer of timers) clearTimeout(timer);
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

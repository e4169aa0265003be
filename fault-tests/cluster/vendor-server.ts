import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { sendJson } from "../send-json.js";
import { clipAt } from "./vendor-clips.js";
import { VendorJobs } from "./vendor-jobs.js";

/** A paid request, as our adapter sends it. */
export interface PaidRequest {
  readonly token: string;
  readonly generationId: string;
  readonly attempt: number;
  /** When the worker sent it, by `machineTimeMs`. */
  readonly sentAt: number;
  /** How long ago the worker may have counted its start, in milliseconds: the longest delay of its process so far. */
  readonly maxAgeMs: number;
}

/** Behavior of the vendor. */
export interface VendorOptions {
  /** Duration of a job. */
  readonly jobMs: number;
  /** Delay of each response to a paid request; called once per request. @default none */
  readonly responseMs?: (() => number) | undefined;
  /** Whether the response to a paid request contains the result itself, without a job. @default false */
  readonly isInstant?: boolean | undefined;
  /** Called when a job is done, for a vendor with webhooks. */
  readonly onDone?: ((request: PaidRequest) => void) | undefined;
}

/** A vendor in a process that is never killed: it counts the paid requests. */
export interface VendorServer {
  readonly url: string;
  /** Accepted jobs. */
  jobCount(): number;
  /** Jobs billed for this generation. */
  paidFor(generationId: string): number;
  /** Paid requests that arrived more than once for one attempt. */
  repeatedRequests(): number;
  /** Number of times that two paid requests for one generation overlapped. */
  overlaps(): number;
  /** Max jobs at one time, each from its request to its end. */
  peakJobs(): number;
  /** Jobs that stopped at a cancel. */
  canceledJobs(): number;
  /** Refuses all paid requests with 429 for a time. Returns at once. */
  refuseFor(milliseconds: number): void;
  /** Number of these refusals. */
  refusals(): number;
  /** Called with each paid request, also with a refused one. */
  onRequest: (request: PaidRequest) => void;
  close(): Promise<void>;
}

/**
 * Starts the vendor on loopback: `POST /jobs` submits a job, `GET /jobs/:token` returns its status, and `DELETE` cancels it.
 * Every second job stops at the second cancel, and the others run to their end. A 404 is a promise: a paid request that
 * arrives after it is refused.
 */
export async function startVendorServer(options: VendorOptions): Promise<VendorServer> {
  const jobs = new VendorJobs();
  const paid = new Map<string, number>();
  const absent = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();
  const inFlight = new Set<string>();
  let repeated = 0;
  let overlaps = 0;
  let refusals = 0;
  let refusesUntil = Number.NEGATIVE_INFINITY;

  const later = (milliseconds: number, work: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, milliseconds);
    timers.add(timer);
  };

  const submit = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Only our adapter calls this server.
    const paidRequest = (await json(request)) as PaidRequest;
    const { token, generationId } = paidRequest;
    vendor.onRequest(paidRequest);
    const refusesMs = refusesUntil - performance.now();
    if (refusesMs > 0) {
      refusals += 1;
      return sendJson(response, { status: 429, body: {}, headers: { "retry-after-ms": String(Math.ceil(refusesMs)) } });
    }
    if (absent.has(token)) return sendJson(response, { status: 409, body: {} });
    if (jobs.has(token)) repeated += 1;
    later(options.jobMs, jobs.start(token, performance.now() + options.jobMs));
    paid.set(generationId, (paid.get(generationId) ?? 0) + 1);
    if (options.onDone !== undefined) later(options.jobMs, () => options.onDone?.(paidRequest));
    if (inFlight.has(generationId)) overlaps += 1;
    inFlight.add(generationId);
    const respond = (): void => {
      inFlight.delete(generationId);
      sendJson(response, { status: options.isInstant === true ? 200 : 202, body: { token } });
    };
    const responseMs = options.responseMs?.() ?? 0;
    if (responseMs > 0) later(responseMs, respond);
    else setImmediate(respond);
  };

  const cancel = (token: string, response: ServerResponse): void => {
    const outcome = jobs.cancel(token);
    sendJson(response, { status: outcome === null ? 404 : 200, body: { outcome } });
  };

  const check = (token: string, response: ServerResponse): void => {
    const status = jobs.statusOf(token);
    if (status === null) absent.add(token);
    sendJson(response, { status: status === null ? 404 : 200, body: status });
  };

  const server = createServer((request, response) => {
    const clip = clipAt(request.url ?? "");
    if (clip !== null) response.writeHead(200, { "content-type": "video/mp4" }).end(clip);
    else if (request.method === "POST") submit(request, response).catch(() => response.destroy());
    else (request.method === "DELETE" ? cancel : check)(request.url?.slice("/jobs/".length) ?? "", response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // The address of a TCP server is an object.
  const { port } = server.address() as AddressInfo;
  const vendor: VendorServer = {
    url: `http://127.0.0.1:${port}`,
    jobCount: () => jobs.size,
    paidFor: (generationId) => paid.get(generationId) ?? 0,
    repeatedRequests: () => repeated,
    overlaps: () => overlaps,
    peakJobs: () => jobs.peak,
    canceledJobs: () => jobs.canceled,
    refuseFor: (milliseconds) => {
      refusesUntil = performance.now() + milliseconds;
    },
    refusals: () => refusals,
    onRequest: () => {},
    async close() {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return vendor;
}

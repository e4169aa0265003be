import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { requestedMedia } from "../../packages/server/testing/media/requested-media.js";
import { sendJson } from "../send-json.js";
import type { Fault, FaultStep } from "./faults.js";

/** The fault of one generation. */
export interface Plan {
  /** The parsed input, which names the kind of the result. */
  readonly input: unknown;
  readonly step: FaultStep;
  readonly fault: Fault;
  /** Number of faulty responses before a correct one. */
  readonly times: number;
  /** Whether the vendor accepts the job of a faulty submit. */
  readonly taken: boolean;
  /** Number of polls that return "running". */
  readonly polls: number;
  /** Whether the response to the first submit is lost, so that the worker looks the job up. */
  readonly losesSubmit: boolean;
}

interface Job {
  readonly id: string;
  readonly token: string;
  readonly generationId: string;
  polls: number;
  isCanceled: boolean;
}

/** A request before it is sent. */
export interface VendorRequest {
  readonly url: string;
  readonly init: RequestInit | undefined;
}

/** A vendor over real HTTP with planned faults, which counts the billed jobs. */
export interface FaultyVendor {
  readonly url: string;
  plan(generationId: string, plan: Plan): void;
  /** Number of faulty responses for a generation. */
  strikes(generationId: string): number;
  /** Number of jobs billed for a generation. */
  paidFor(generationId: string): number;
  /** Maximum number of requests that one attempt has sent. */
  maxRequestsPerAttempt(): number;
  /** Whether the connection of a request is to be refused; counts as a strike. */
  refuses(request: VendorRequest): boolean;
  /** Whether the response to a request will never end. */
  stalls(request: VendorRequest): boolean;
  close(): Promise<void>;
}

/** Starts the vendor on loopback. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one object of short functions with shared state
export async function startFaultyVendor(): Promise<FaultyVendor> {
  const jobs = new Map<string, Job>();
  const plans = new Map<string, Plan>();
  const generations = new Map<string, string>();
  const requests = new Map<string, number>();
  const strikeCounts = new Map<string, number>();
  /** Tokens that a lookup reported as absent: later jobs with them are refused. */
  const fenced = new Set<string>();
  const foreign: Job = {
    id: "job_of_another",
    token: "token of another",
    generationId: "",
    polls: 99,
    isCanceled: false,
  };

  /** The fault of the next request; `null` for a correct response. */
  const nextFault = (step: FaultStep, generationId: string): Fault | null => {
    const plan = plans.get(generationId);
    const isDue = plan?.step === step && (strikeCounts.get(generationId) ?? 0) < plan.times;
    return isDue ? plan.fault : null;
  };
  /** The fault of this request, counted; `null` for a correct response. */
  const faultAt = (step: FaultStep, generationId: string): Fault | null => {
    const fault = nextFault(step, generationId);
    if (fault !== null) strikeCounts.set(generationId, (strikeCounts.get(generationId) ?? 0) + 1);
    return fault;
  };

  const submit = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Only our adapter calls this server.
    const { token, generationId } = (await json(request)) as { readonly token: string; readonly generationId: string };
    const plan = plans.get(generationId);
    generations.set(token, generationId);
    requests.set(token, (requests.get(token) ?? 0) + 1);
    const isLost = plan?.losesSubmit === true && paidFor(generationId) === 0;
    const fault = isLost ? ({ type: "reset" } as const) : faultAt("submit", generationId);
    if (fenced.has(token)) return sendJson(response, { status: 422, body: {} });
    if (fault === null || isLost || plan?.taken === true) {
      jobs.set(token, { id: `job_${jobs.size + 1}`, token, generationId, polls: 0, isCanceled: false });
    }
    const job = jobs.get(token);
    if (fault !== null)
      return sendFault(response, { fault, right: toJson(fault.type === "other_job" ? foreign : (job ?? foreign)) });
    sendJson(response, { status: 202, body: toJson(job ?? foreign) });
  };

  const jobOf = (path: string): Job | undefined => {
    const id = path.split("/")[2];
    return [...jobs.values()].find((job) => job.id === id);
  };
  /** The step and the generation of a request: the worker also cancels the abandoned jobs of earlier ones. */
  const targetOf = ({ init, url }: VendorRequest): readonly [FaultStep, string] => {
    const { pathname, searchParams } = new URL(url);
    const token = searchParams.get("token");
    if (token !== null) return ["lookup", generations.get(token) ?? ""];
    // The adapter sends its body as JSON.
    if (pathname === "/jobs") return ["submit", JSON.parse(String(init?.body)).generationId];
    return [stepOf(pathname), jobOf(pathname)?.generationId ?? ""];
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://vendor");
    if (request.method === "POST" && pathname === "/jobs") return submit(request, response);
    const token = searchParams.get("token");
    if (token !== null) {
      const job = jobs.get(token);
      const fault = faultAt("lookup", generations.get(token) ?? "");
      if (fault?.type === "other_job") return sendJson(response, { status: 200, body: { jobs: [toJson(foreign)] } });
      if (fault !== null)
        return sendFault(response, { fault, right: { jobs: job === undefined ? [] : [toJson(job)] } });
      if (job === undefined) fenced.add(token);
      return sendJson(response, { status: 200, body: { jobs: job === undefined ? [] : [toJson(job)] } });
    }
    const job = jobOf(pathname);
    if (job === undefined) return sendJson(response, { status: 404, body: {} });
    const step = stepOf(pathname);
    const fault = faultAt(step, job.generationId);
    if (step === "poll") job.polls += 1;
    if (fault !== null) return sendFault(response, { fault, right: faultyJob(fault, job) });
    if (step === "cancel" && !isDone(job)) job.isCanceled = true;
    if (step !== "result") return sendJson(response, { status: 200, body: toJson(job) });
    const { bytes, contentType } = requestedMedia(plans.get(job.generationId)?.input);
    response.writeHead(200, { "content-type": contentType });
    response.end(bytes);
  };

  const isDone = ({ polls, generationId }: Job): boolean => polls > (plans.get(generationId)?.polls ?? 0);
  const toJson = (job: Job) => ({
    id: job.id,
    token: job.token,
    status: job.isCanceled ? "canceled" : isDone(job) ? "succeeded" : "running",
    progress: Math.min(job.polls / 10 + 0.5, 1),
    outputs: isDone(job) ? 1 : 0,
  });
  const faultyJob = (fault: Fault, job: Job) => {
    if (fault.type === "other_job") return toJson(foreign);
    if (fault.type === "backwards")
      return { ...toJson(job), status: job.polls % 2 === 0 ? "queued" : "running", progress: 0.1 };
    return fault.type === "no_output" ? { ...toJson(job), status: "succeeded", outputs: 0 } : toJson(job);
  };
  const paidFor = (generationId: string) =>
    [...jobs.values()].filter((job) => job.generationId === generationId).length;

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // The address of a TCP server is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    plan: (generationId, plan) => plans.set(generationId, plan),
    strikes: (generationId) => strikeCounts.get(generationId) ?? 0,
    paidFor,
    maxRequestsPerAttempt: () => Math.max(0, ...requests.values()),
    refuses: (request) => {
      const [step, generationId] = targetOf(request);
      return plans.get(generationId)?.fault.type === "refuse" && faultAt(step, generationId) !== null;
    },
    stalls: (request) => nextFault(...targetOf(request))?.type === "slow",
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The step of a request for a job. */
function stepOf(path: string): FaultStep {
  if (path.endsWith("/result")) return "result";
  return path.endsWith("/cancel") ? "cancel" : "poll";
}

function sendFault(
  response: ServerResponse,
  { fault, right }: { readonly fault: Fault; readonly right: unknown },
): void {
  const text = JSON.stringify(right);
  switch (fault.type) {
    case "refuse":
    case "reset":
      response.destroy();
      return;
    case "status":
      sendJson(response, {
        status: fault.status,
        body: { error: "The vendor has an outage." },
        headers: fault.headers,
      });
      return;
    case "slow":
      // The client aborts it.
      if (fault.part === "headers") return;
      response.writeHead(200, { "content-type": "application/json", "content-length": text.length });
      response.write(text.slice(0, 3));
      return;
    case "truncated":
      response.writeHead(200, { "content-type": "application/json" });
      response.end(text.slice(0, text.length / 2));
      return;
    case "body":
      response.writeHead(200, { "content-type": fault.contentType });
      response.end(fault.body);
      return;
    case "endless":
      response.writeHead(200, { "content-type": "application/json" });
      writeEndlessly(response);
      return;
    case "other_job":
    case "backwards":
    case "no_output":
      sendJson(response, { status: 200, body: right });
      return;
  }
}

/** Writes until the client closes the connection. */
function writeEndlessly(response: ServerResponse): void {
  const chunk = Buffer.alloc(65_536, "x");
  const more = (): void => {
    while (!response.destroyed && response.write(chunk)) {}
  };
  response.on("drain", more);
  response.on("error", () => {});
  more();
}

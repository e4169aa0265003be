import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { tinyPng } from "../../src/lib/testing/tiny-png.js";
import type { Fault, FaultStep } from "./faults.js";

/** What a vendor does wrong for one generation. */
export interface Plan {
  readonly step: FaultStep;
  readonly fault: Fault;
  /** How often, before it answers rightly. */
  readonly times: number;
  /** Whether it takes the job that it refuses to acknowledge. */
  readonly taken: boolean;
  /** How often it says "running" before it has finished. */
  readonly polls: number;
  /** Whether the reply to the first submit is lost, so that the job has to be looked for. */
  readonly losesSubmit: boolean;
}

interface Job {
  readonly id: string;
  readonly token: string;
  readonly generationId: string;
  polls: number;
  isCanceled: boolean;
}

/** A vendor over real HTTP that misbehaves as planned, and keeps the bill. */
export interface FaultyVendor {
  readonly url: string;
  plan(generationId: string, plan: Plan): void;
  /** How often the fault of a generation has struck. */
  strikes(generationId: string): number;
  /** Jobs that were taken for a generation: each is paid. */
  paidFor(generationId: string): number;
  /** The most requests that one attempt has sent. */
  mostRequestsOfOneAttempt(): number;
  /** Whether a request of this step is to find nobody listening; counts as a strike. */
  refuses(step: FaultStep, generationId: string): boolean;
  close(): Promise<void>;
}

/** Starts the vendor on loopback. */
export async function startFaultyVendor(): Promise<FaultyVendor> {
  const jobs = new Map<string, Job>();
  const plans = new Map<string, Plan>();
  const generations = new Map<string, string>();
  const requests = new Map<string, number>();
  const struck = new Map<string, number>();
  /** Tokens that it has said to be absent: it keeps to that. */
  const fenced = new Set<string>();
  const foreign: Job = {
    id: "job_of_another",
    token: "token of another",
    generationId: "",
    polls: 99,
    isCanceled: false,
  };

  /** The fault of this request, counted; `null` when it is answered rightly. */
  const faultAt = (step: FaultStep, generationId: string): Fault | null => {
    const plan = plans.get(generationId);
    if (plan === undefined || plan.step !== step) return null;
    const count = struck.get(generationId) ?? 0;
    if (count >= plan.times) return null;
    struck.set(generationId, count + 1);
    return plan.fault;
  };

  const submit = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Only our own adapter calls this server.
    const { token, generationId } = (await json(request)) as { readonly token: string; readonly generationId: string };
    const plan = plans.get(generationId);
    generations.set(token, generationId);
    requests.set(token, (requests.get(token) ?? 0) + 1);
    const isLost = plan?.losesSubmit === true && paidFor(generationId) === 0;
    const fault = isLost ? ({ type: "reset" } as const) : faultAt("submit", generationId);
    if (fenced.has(token)) return reply(response, 422, {});
    if (fault === null || isLost || plan?.taken === true) {
      jobs.set(token, { id: `job_${jobs.size + 1}`, token, generationId, polls: 0, isCanceled: false });
    }
    const job = jobs.get(token);
    if (fault !== null)
      return misbehave(response, fault, said(fault.type === "other_job" ? foreign : (job ?? foreign)));
    reply(response, 202, said(job ?? foreign));
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://vendor");
    if (request.method === "POST" && pathname === "/jobs") return submit(request, response);
    const token = searchParams.get("token");
    if (token !== null) {
      const job = jobs.get(token);
      const fault = faultAt("lookup", generations.get(token) ?? "");
      if (fault?.type === "other_job") return reply(response, 200, { jobs: [said(foreign)] });
      if (fault !== null) return misbehave(response, fault, { jobs: job === undefined ? [] : [said(job)] });
      if (job === undefined) fenced.add(token);
      return reply(response, 200, { jobs: job === undefined ? [] : [said(job)] });
    }
    const [, , id, what] = pathname.split("/");
    const job = [...jobs.values()].find((candidate) => candidate.id === id);
    if (job === undefined) return reply(response, 404, {});
    const step = what === "result" ? "result" : what === "cancel" ? "cancel" : "poll";
    const fault = faultAt(step, job.generationId);
    if (step === "poll") job.polls += 1;
    if (fault !== null) return misbehave(response, fault, faultyWord(fault, job));
    if (step === "cancel" && !isDone(job)) job.isCanceled = true;
    if (step !== "result") return reply(response, 200, said(job));
    response.writeHead(200, { "content-type": "image/png" });
    response.end(tinyPng());
  };

  const isDone = ({ polls, generationId }: Job): boolean => polls > (plans.get(generationId)?.polls ?? 0);
  const said = (job: Job) => ({
    id: job.id,
    token: job.token,
    status: job.isCanceled ? "canceled" : isDone(job) ? "succeeded" : "running",
    progress: Math.min(job.polls / 10 + 0.5, 1),
    outputs: isDone(job) ? 1 : 0,
  });
  const faultyWord = (fault: Fault, job: Job) => {
    if (fault.type === "other_job") return said(foreign);
    if (fault.type === "backwards")
      return { ...said(job), status: job.polls % 2 === 0 ? "queued" : "running", progress: 0.1 };
    return fault.type === "no_output" ? { ...said(job), status: "succeeded", outputs: 0 } : said(job);
  };
  const paidFor = (generationId: string) =>
    [...jobs.values()].filter((job) => job.generationId === generationId).length;

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    plan: (generationId, plan) => plans.set(generationId, plan),
    strikes: (generationId) => struck.get(generationId) ?? 0,
    paidFor,
    mostRequestsOfOneAttempt: () => Math.max(0, ...requests.values()),
    refuses: (step, generationId) =>
      plans.get(generationId)?.fault.type === "refuse" && faultAt(step, generationId) !== null,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function misbehave(response: ServerResponse, fault: Fault, right: unknown): void {
  const text = JSON.stringify(right);
  switch (fault.type) {
    case "refuse":
    case "reset":
      response.destroy();
      return;
    case "status":
      reply(response, fault.status, { error: "The vendor has its troubles." }, fault.headers);
      return;
    case "slow":
      // It is cut off by whoever asked.
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
      pour(response);
      return;
    case "other_job":
    case "backwards":
    case "no_output":
      reply(response, 200, right);
      return;
  }
}

/** Goes on until nobody takes any more. */
function pour(response: ServerResponse): void {
  const chunk = Buffer.alloc(65_536, "x");
  const more = (): void => {
    while (!response.destroyed && response.write(chunk)) {}
  };
  response.on("drain", more);
  response.on("error", () => {});
  more();
}

function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

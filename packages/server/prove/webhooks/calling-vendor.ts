import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { signStandardWebhook } from "../../src/lib/signing/standard-webhooks.js";

/** What a vendor does with the paid request of one generation. */
export interface VendorPlan {
  /**
   * It takes every job. `lost`: the connection breaks. `denied`: it says that it was too busy to take it; `denied once`: of
   * the first job. `held`: it never answers.
   */
  readonly reply: "accepted" | "lost" | "denied" | "denied once" | "held";
  readonly end: "done" | "failed";
  readonly jobMs: number;
  /** Before the reply goes out. */
  readonly beforeReply?: (job: VendorJob) => Promise<unknown>;
}

/** A job that was paid for. */
export interface VendorJob {
  readonly id: string;
  readonly webhookUrl: string;
  readonly end: VendorPlan["end"];
  readonly readyAt: number;
  isCanceled: boolean;
}

/** A call-back, ready to be sent. */
export interface SignedCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A vendor over real HTTP that calls back, keeps its word and its books, and cannot look a job up. */
export interface CallingVendor {
  readonly url: string;
  plan(generationId: string, plan: VendorPlan): void;
  /** Everything that a generation was billed for. */
  jobsOf(generationId: string): readonly VendorJob[];
  /** What the vendor says of an event of a job: signed now, under the same id whenever it is said again. */
  call(job: VendorJob, event: string): Promise<SignedCall>;
  close(): Promise<void>;
}

/** The vendor's secret, as its customers see it. */
export const vendorSecret = `whsec_${btoa("the secret of the vendor that calls")}`;

/**
 * Starts the vendor on loopback: `POST /jobs`, `GET /jobs/:id`, `POST /jobs/:id/cancel`.
 *
 * @param options.now its time, in epoch milliseconds.
 */
export async function startCallingVendor({ now }: { readonly now: () => number }): Promise<CallingVendor> {
  const plans = new Map<string, VendorPlan>();
  const jobs = new Map<string, VendorJob>();
  const jobsByGeneration = new Map<string, VendorJob[]>();

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Only our own adapter calls this server.
    const { generationId, webhookUrl } = (await json(request)) as Readonly<Record<string, string>>;
    const plan = plans.get(generationId ?? "");
    if (generationId === undefined || webhookUrl === undefined || plan === undefined) throw new Error("not planned");
    const job = {
      id: `job_${jobs.size + 1}`,
      webhookUrl: webhookUrl.replace("https:", "http:"),
      end: plan.end,
      readyAt: now() + plan.jobMs,
      isCanceled: false,
    };
    jobs.set(job.id, job);
    jobsByGeneration.set(generationId, [...(jobsByGeneration.get(generationId) ?? []), job]);
    await plan.beforeReply?.(job);
    if (plan.reply === "lost") {
      response.destroy();
      return;
    }
    if (plan.reply === "held") return;
    const isFirst = jobsByGeneration.get(generationId)?.length === 1;
    if (plan.reply === "denied" || (plan.reply === "denied once" && isFirst)) reply(response, 429, {});
    else reply(response, 202, { id: job.id });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, , id = "", verb] = request.url?.split("/") ?? [];
    if (request.method === "POST" && id === "") return take(request, response);
    const job = jobs.get(id);
    if (job === undefined) return reply(response, 404, {});
    const isReady = now() >= job.readyAt;
    if (verb === "cancel" && !isReady) job.isCanceled = true;
    const status = job.isCanceled ? "canceled" : isReady ? job.end : "running";
    reply(response, 200, { id, status });
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
    plan: (generationId, plan) => plans.set(generationId, plan),
    jobsOf: (generationId) => jobsByGeneration.get(generationId) ?? [],
    call: async ({ id, webhookUrl }, event) => {
      // The spaces are what a parser would lose.
      const body = `{ "id": "${id}", "event": "${event}" }`;
      const headers = await signStandardWebhook({ id: `msg_${id}_${event}`, timestamp: now(), body }, vendorSecret);
      return { url: webhookUrl, headers, body };
    },
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

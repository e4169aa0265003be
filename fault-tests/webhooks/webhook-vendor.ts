import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { signStandardWebhook } from "../../packages/server/src/lib/signing/standard-webhooks.js";
import { sendJson } from "../send-json.js";

/** Behavior of the vendor for one generation. */
export interface VendorPlan {
  /**
   * Response to the paid request; each job is accepted and billed. `lost`: the connection breaks. `denied`: a 429, although the
   * job was accepted; `denied once`: only for the first job. `held`: no response.
   */
  readonly response: "accepted" | "lost" | "denied" | "denied once" | "held";
  readonly end: "done" | "failed";
  readonly jobMs: number;
  /** Called before the response is sent. */
  readonly beforeResponse?: (job: VendorJob) => Promise<unknown>;
}

/** A billed job. */
export interface VendorJob {
  readonly id: string;
  readonly webhookUrl: string;
  readonly end: VendorPlan["end"];
  readonly readyAt: number;
  isCanceled: boolean;
}

/** A signed webhook, ready to send. */
export interface SignedWebhook {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A vendor over real HTTP with webhooks, which counts the billed jobs and has no lookup. */
export interface WebhookVendor {
  readonly url: string;
  plan(generationId: string, plan: VendorPlan): void;
  /** Jobs billed for a generation. */
  jobsOf(generationId: string): readonly VendorJob[];
  /** Signs the webhook for an event of a job: with the current time, and one id per event. */
  sign(job: VendorJob, event: string): Promise<SignedWebhook>;
  close(): Promise<void>;
}

/** The vendor's webhook secret. */
export const vendorSecret = `whsec_${btoa("the secret of the vendor that calls")}`;

/**
 * Starts the vendor on loopback: `POST /jobs`, `GET /jobs/:id`, `POST /jobs/:id/cancel`.
 *
 * @param options.now the vendor's clock, in epoch milliseconds.
 */
export async function startWebhookVendor({ now }: { readonly now: () => number }): Promise<WebhookVendor> {
  const plans = new Map<string, VendorPlan>();
  const jobs = new Map<string, VendorJob>();
  const jobsByGeneration = new Map<string, VendorJob[]>();

  const submit = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Only our adapter calls this server.
    const { generationId, webhookUrl } = (await json(request)) as Readonly<Record<string, string>>;
    const plan = plans.get(generationId ?? "");
    if (generationId === undefined || webhookUrl === undefined || plan === undefined)
      throw new Error("No plan for this job.");
    const job = {
      id: `job_${jobs.size + 1}`,
      webhookUrl: webhookUrl.replace("https:", "http:"),
      end: plan.end,
      readyAt: now() + plan.jobMs,
      isCanceled: false,
    };
    jobs.set(job.id, job);
    jobsByGeneration.set(generationId, [...(jobsByGeneration.get(generationId) ?? []), job]);
    await plan.beforeResponse?.(job);
    if (plan.response === "lost") {
      response.destroy();
      return;
    }
    if (plan.response === "held") return;
    const isFirst = jobsByGeneration.get(generationId)?.length === 1;
    if (plan.response === "denied" || (plan.response === "denied once" && isFirst))
      sendJson(response, { status: 429, body: {} });
    else sendJson(response, { status: 202, body: { id: job.id } });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, , id = "", verb] = request.url?.split("/") ?? [];
    if (request.method === "POST" && id === "") return submit(request, response);
    const job = jobs.get(id);
    if (job === undefined) return sendJson(response, { status: 404, body: {} });
    const isReady = now() >= job.readyAt;
    if (verb === "cancel" && !isReady) job.isCanceled = true;
    const status = job.isCanceled ? "canceled" : isReady ? job.end : "running";
    sendJson(response, { status: 200, body: { id, status } });
  };

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
    jobsOf: (generationId) => jobsByGeneration.get(generationId) ?? [],
    sign: async ({ id, webhookUrl }, event) => {
      // A parser would drop the spaces, and the signature covers them.
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

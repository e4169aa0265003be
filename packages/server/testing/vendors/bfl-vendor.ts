import { Hono } from "hono";
import type { ProviderErrorCode } from "../../src/lib/generation/provider-failure.js";
import { asRecord } from "../../src/lib/json/as-record.js";
import {
  ConnectionLost,
  type FakeVendor,
  type PaidRequest,
  runningPollsOf,
  type VendorBehavior,
  type WebhookChange,
} from "./fake-vendor.js";
import { Plan } from "./plan.js";
import { fileResponse, filesPath, fileUrls } from "./vendor-files.js";

interface Job {
  readonly paid: PaidRequest;
  readonly behavior: VendorBehavior;
  /** Origin of the submit request, for the links in the webhook. */
  readonly origin: string;
  /** Remaining polls that report a running job. */
  runningPolls: number;
}

/** Status and body of each refusal. */
const refusals: Partial<Record<ProviderErrorCode, readonly [number, unknown]>> = {
  invalid_input: [
    422,
    { detail: [{ loc: ["body", "width"], msg: "Input should be a multiple of 16", type: "multiple_of" }] },
  ],
  unauthenticated: [401, { detail: "Not authenticated" }],
  insufficient_credit: [402, { detail: "Insufficient credits" }],
  forbidden: [403, { detail: "This model is not open to you" }],
  not_found: [404, { detail: "Not Found" }],
  rate_limited: [429, { detail: "Too many active tasks" }],
};

/** Poll response for each failure. */
const failures: Partial<Record<ProviderErrorCode, object>> = {
  content_blocked: { status: "Content Moderated", result: null, details: { "Moderation Reasons": ["Safety"] } },
  provider_error: { status: "Error", result: null, details: null },
  no_output: { status: "Ready", result: null },
};
/** The adapter trusts it only after the grace period of a new job. */
const lost = { status: "Task not found", result: null };

/** Black Forest Labs' API, as of 2026-11. A job makes one image, whatever number is requested. */
export function createBflVendor(): FakeVendor {
  const plan = new Plan();
  const jobs = new Map<string, Job>();
  const paid: PaidRequest[] = [];
  let paidAttempts = 0;
  const app = new Hono();
  // A `ConnectionLost` must reach the server instead of becoming a response.
  app.onError((error) => {
    throw error;
  });

  app.post("/v1/:model", async ({ req }) => {
    paidAttempts += 1;
    if (req.header("x-key") !== "the-key") return toResponse(refusals.unauthenticated);
    const behavior = plan.next();
    if (behavior.type === "refuse") {
      const wait = behavior.retryAfter;
      return toResponse(refusals[behavior.code], wait === undefined ? {} : { "retry-after": wait });
    }
    if (behavior.type === "lose" && !behavior.accepted) throw new ConnectionLost();
    const body: unknown = await req.json();
    const { webhook_url } = asRecord(body);
    const webhookUrl = typeof webhook_url === "string" ? webhook_url : null;
    const id = `b${paid.length + 1}`;
    const { origin } = new URL(req.url);
    const request = { id, body, headers: req.raw.headers, webhookUrl };
    paid.push(request);
    jobs.set(id, { paid: request, behavior, origin, runningPolls: runningPollsOf(behavior) });
    if (behavior.type === "lose") throw new ConnectionLost();
    if (behavior.type === "garbage") return new Response("<html>", { headers: { "content-type": "text/html" } });
    if (behavior.type === "broken") return new Response("<html>Bad gateway</html>", { status: 500 });
    // With a webhook, the vendor returns no polling URL.
    if (webhookUrl !== null) return Response.json({ id, status: "Pending", webhook_url: webhookUrl });
    const polling_url = `${origin}/v1/get_result?id=${id}`;
    return Response.json({ id, polling_url, cost: 3, input_mp: 0, output_mp: 1 });
  });

  app.get("/v1/get_result", ({ req }) => {
    if (req.header("x-key") !== "the-key") return toResponse(refusals.unauthenticated);
    const job = jobs.get(req.query("id") ?? "");
    if (job === undefined) return Response.json(lost, { status: 404 });
    const { id } = job.paid;
    job.runningPolls -= 1;
    if (job.runningPolls < 0) return Response.json({ id, ...endOf(job), progress: null });
    const status = job.behavior.type === "unknown_state" ? "Warming Up" : "Pending";
    return Response.json({ id, status, result: null, progress: null, details: null, preview: null });
  });

  app.get(`${filesPath}:name`, ({ req }) => fileResponse(req.path));

  return {
    handle: async (request) => app.fetch(request),
    plan: (...behaviors) => plan.set(behaviors),
    paid,
    get paidAttempts() {
      return paidAttempts;
    },
    canceled: [],
    // The keys of these tables are error codes.
    refusals: Object.keys(refusals) as ProviderErrorCode[],
    failures: Object.keys(failures) as ProviderErrorCode[],
    finish: (id) => {
      const job = jobs.get(id);
      if (job !== undefined) job.runningPolls = 0;
    },
    createWebhook: async (request, change) => {
      const job = jobs.get(request.id);
      if (job === undefined) throw new Error(`No job ${request.id}.`);
      return signedCall(job, change);
    },
  };
}

/** The job succeeds unless it was planned to fail: a lost or broken response does not stop it. */
function endOf({ behavior, origin, paid }: Job): object {
  if (behavior.type === "fail") return failures[behavior.code] ?? lost;
  const [sample] = fileUrls({ origin, jobId: paid.id, count: 1, behavior });
  return { status: "Ready", result: { sample, seed: 42, start_time: 0, end_time: 1, duration: 1 } };
}

async function signedCall(
  job: Job,
  { forged = false, id, timestamp = Date.now() }: WebhookChange = {},
): Promise<Request> {
  const { body: requested, webhookUrl } = job.paid;
  if (webhookUrl === null) throw new Error("The request had no webhook URL.");
  const secret = String(asRecord(requested).webhook_secret);
  const event = { id: id ?? job.paid.id, ...endOf(job), timestamp: new Date(timestamp).toISOString() };
  const body = JSON.stringify(event);
  const key = new TextEncoder().encode(forged ? "another secret" : secret);
  const hmac = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", hmac, new TextEncoder().encode(body)));
  const headers = {
    "content-type": "application/json",
    "x-bfl-signature": `sha256=${Buffer.from(signature).toString("hex")}`,
  };
  return new Request(webhookUrl, { method: "POST", headers, body });
}

function toResponse(
  [status, body]: readonly [number, unknown] = [400, { detail: "Bad request" }],
  headers = {},
): Response {
  return Response.json(body, { status, headers });
}

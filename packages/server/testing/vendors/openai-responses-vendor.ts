import { Hono } from "hono";
import { toBase64 } from "../../src/lib/bytes/base64.js";
import { signStandardWebhook } from "../../src/lib/signing/standard-webhooks.js";
import { tinyPng } from "../tiny-png.js";
import { endlessBytes } from "./endless-bytes.js";
import {
  ConnectionLost,
  type FakeVendor,
  type PaidRequest,
  runningPollsOf,
  type VendorBehavior,
} from "./fake-vendor.js";
import { blockedAt, isAuthorized, openaiErrors, proxyTrouble, refusalOf } from "./openai-wire.js";
import { Plan } from "./plan.js";

interface Job {
  readonly paid: PaidRequest;
  readonly behavior: VendorBehavior;
  readonly metadata: Readonly<Record<string, string>>;
  /** Remaining polls that report a running job. */
  runningPolls: number;
  hasStarted: boolean;
  isCanceled: boolean;
}

/** Webhook secret of the project. Pass it to the adapter. */
export const openaiWebhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const forgedSecret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const page = new TextEncoder().encode("<html><script>alert(1)</script></html>");
/** Code of the letter A: base64 of zeros. */
const letterA = 65;

/**
 * A fake of OpenAI's Responses API in the background. OpenAI sends webhooks to one URL of the project; this fake sends
 * them to the URL in the response's metadata, as `openaiWebhookRelay` would.
 */
export function createOpenaiResponsesVendor(): FakeVendor {
  const plan = new Plan();
  const jobs = new Map<string, Job>();
  const paid: PaidRequest[] = [];
  const canceled: string[] = [];
  let attempts = 0;

  const app = new Hono();
  app.onError((error) => {
    throw error;
  });
  app.use(async ({ req }, next) => (isAuthorized(req.raw) ? next() : refusalOf("unauthenticated")));

  app.post("/responses", async ({ req }) => {
    attempts += 1;
    const behavior = plan.next();
    if (behavior.type === "refuse") return refusalOf(behavior.code, behavior.retryAfter);
    if (behavior.type === "lose" && !behavior.accepted) throw new ConnectionLost();
    const body = await req.json();
    const { metadata = {} } = body;
    const id = `resp_${paid.length + 1}`;
    const request = { id, body, headers: req.raw.headers, webhookUrl: metadata.safelight_webhook ?? null };
    paid.push(request);
    const runningPolls = runningPollsOf(behavior);
    const job = { paid: request, behavior, metadata, runningPolls, hasStarted: false, isCanceled: false };
    jobs.set(id, job);
    if (behavior.type === "lose") throw new ConnectionLost();
    if (behavior.type === "broken") return proxyTrouble(500);
    if (behavior.type === "garbage") return proxyTrouble(200);
    return Response.json(responseOf(job, { status: "queued" }));
  });

  app.get("/responses/:id", ({ req }) => {
    const job = jobs.get(req.param("id"));
    return job === undefined ? refusalOf("not_found") : responseFor(job);
  });

  app.post("/responses/:id/cancel", ({ req }) => {
    const job = jobs.get(req.param("id"));
    if (job === undefined) return refusalOf("not_found");
    if (!job.isCanceled && job.runningPolls <= 0) {
      const error = {
        ...openaiErrors.invalid_input.error,
        message: "Cannot cancel a completed response.",
        param: null,
      };
      return Response.json({ error }, { status: 400 });
    }
    if (!job.isCanceled) canceled.push(job.paid.id);
    job.isCanceled = true;
    return responseFor(job);
  });

  return {
    handle: async (request) => app.fetch(request),
    plan: (...behaviors) => plan.set(behaviors),
    paid,
    get paidAttempts() {
      return attempts;
    },
    canceled,
    refusals: Object.keys(openaiErrors) as (keyof typeof openaiErrors)[],
    failures: ["content_blocked", "provider_error", "no_output", "rate_limited", "invalid_input"],
    finish(id) {
      const job = jobs.get(id);
      if (job !== undefined) job.runningPolls = 0;
    },
    async createWebhook({ id, webhookUrl }, change = {}) {
      const job = jobs.get(id);
      const data = { id: change.id ?? id };
      const type = job?.behavior.type === "fail" ? "response.failed" : "response.completed";
      const event = { id: `evt_${data.id}`, object: "event", type, created_at: 1_700_000_000, data };
      const body = JSON.stringify(event);
      const timestamp = change.timestamp ?? Date.now();
      const secret = change.forged === true ? forgedSecret : openaiWebhookSecret;
      const headers = await signStandardWebhook({ id: `wh_${data.id}`, timestamp, body }, secret);
      const all = { ...headers, "content-type": "application/json" };
      return new Request(webhookUrl ?? "http://nowhere.example/", { method: "POST", headers: all, body });
    },
  };
}

function responseFor(job: Job): Response {
  const { behavior } = job;
  if (job.isCanceled) return Response.json(responseOf(job, { status: "cancelled" }));
  if (job.runningPolls > 0) {
    const status = behavior.type === "unknown_state" ? "imagining" : job.hasStarted ? "in_progress" : "queued";
    job.runningPolls -= 1;
    job.hasStarted = true;
    return Response.json(responseOf(job, { status }));
  }
  if (behavior.type === "huge") return hugeResponse(job);
  return Response.json(responseOf(job, endOf(behavior)));
}

function responseOf({ metadata, paid: { id } }: Job, state: object): object {
  return {
    id,
    object: "response",
    background: true,
    created_at: 1_700_000_000,
    metadata,
    error: null,
    output: [],
    ...state,
  };
}

const usage = {
  usage: { input_tokens: 40, output_tokens: 30, total_tokens: 70 },
  tool_usage: {
    image_gen: { input_tokens: 12, output_tokens: 272, total_tokens: 284 },
    web_search: { num_requests: 0 },
  },
};

function endOf(behavior: VendorBehavior): object {
  switch (behavior.type) {
    case "fail":
      return failureOf(behavior.code);
    case "partial":
      return { status: "completed", output: [callOf(null, blockedAt("output").error), callOf(tinyPng(1))], ...usage };
    case "hostile":
      return { status: "completed", output: [callOf(page)], ...usage };
    case "gone":
      // Without links, the closest case is a call without an image.
      return { status: "completed", output: [callOf(null)], ...usage };
    default:
      return {
        status: "completed",
        output: [{ id: "rs_1", type: "reasoning", summary: [] }, callOf(tinyPng())],
        ...usage,
      };
  }
}

function failureOf(code: string): object {
  switch (code) {
    case "content_blocked":
      return { status: "completed", output: [callOf(null, blockedAt("output").error)], ...usage };
    case "no_output":
      return { status: "completed", output: [{ id: "msg_1", type: "message", content: [] }], ...usage };
    case "rate_limited":
      return { status: "failed", error: { code: "rate_limit_exceeded", message: "Too many requests." } };
    case "invalid_input":
      return { status: "failed", error: { code: "invalid_prompt", message: "The prompt «a quiet lake» is invalid." } };
    default:
      return { status: "failed", error: { code: "server_error", message: "The model failed." } };
  }
}

function callOf(image: Uint8Array | null, error?: object): object {
  const result = image === null ? null : toBase64(image);
  const status = result === null ? "failed" : "completed";
  return { id: "ig_1", type: "image_generation_call", status, result, output_format: "png", ...(error && { error }) };
}

function hugeResponse({ paid: { id } }: Job): Response {
  const head = `{"id":"${id}","status":"completed","output":[{"type":"image_generation_call","result":"`;
  const body = endlessBytes(new TextEncoder().encode(head), letterA);
  return new Response(body, { headers: { "content-type": "application/json" } });
}

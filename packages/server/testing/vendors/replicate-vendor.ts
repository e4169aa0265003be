import { Hono } from "hono";
import type { ProviderErrorCode } from "../../src/lib/generation/provider-failure.js";
import { signStandardWebhook } from "../../src/lib/signing/standard-webhooks.js";
import {
  ConnectionLost,
  type FakeVendor,
  kindOf,
  type PaidRequest,
  runningPollsOf,
  type VendorBehavior,
  type WebhookChange,
} from "./fake-vendor.js";
import { Plan } from "./plan.js";
import { fileResponse, fileUrls } from "./vendor-files.js";

/** A prediction of the fake vendor. */
interface Prediction extends PaidRequest {
  readonly behavior: VendorBehavior;
  readonly origin: string;
  /** Remaining polls that report a running prediction. */
  runningPolls: number;
  /** Whether the prediction was polled before. */
  wasPolled: boolean;
  isCanceled: boolean;
}

const authorization = "Bearer the-key";
/** Secret of the test vector of Standard Webhooks. */
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const forgersSecret = `whsec_${btoa("another customer's secret")}`;

/** Refusals before Replicate accepts a request. */
const refusals: Readonly<Partial<Record<ProviderErrorCode, { readonly status: number; readonly body: unknown }>>> = {
  invalid_input: refusal(422, "Input validation failed", "- input: prompt is required"),
  unauthenticated: refusal(401, "Unauthenticated", "You did not pass a valid authentication token"),
  insufficient_credit: refusal(402, "Insufficient credit", "You have insufficient credit to run this model."),
  forbidden: refusal(403, "Forbidden", "You do not have permission to run this model."),
  not_found: { status: 404, body: { detail: "The requested resource could not be found.", status: 404 } },
  rate_limited: {
    status: 429,
    body: { detail: "Request was throttled. Your rate limit resets in ~30s.", status: 429 },
  },
};

/** State of a failed prediction. */
const failures: Readonly<Partial<Record<ProviderErrorCode, object>>> = {
  content_blocked: {
    status: "failed",
    error: "The input or output was flagged as sensitive. Please try again with different inputs. (E005)",
  },
  provider_error: { status: "failed", error: "CUDA out of memory. (E1001)" },
  no_output: { status: "succeeded" },
  result_expired: { status: "succeeded", data_removed: true, input: {}, logs: "" },
  provider_timeout: { status: "aborted", deadline: "2026-11-01T10:00:01Z", started_at: null, metrics: {} },
};

/** A fake of Replicate. Its API key is `the-key`, its API is at the root of its origin, and its files require the key. */
export function createReplicateVendor(): FakeVendor {
  const plan = new Plan();
  const predictions: Prediction[] = [];
  let paidAttempts = 0;
  const predictionOf = (id: string) => predictions.find((each) => each.id === id);

  const app = new Hono();
  app.onError((error) => {
    throw error;
  });
  app.use(async (c, next) => {
    if (/\/predictions$/.test(c.req.path) && c.req.method === "POST") paidAttempts += 1;
    if (c.req.header("authorization") !== authorization) return refuse("unauthenticated");
    await next();
  });
  app.get("/files/:name", (c) => fileResponse(c.req.path));
  app.get("/webhooks/default/secret", (c) => c.json({ key: secret }));
  app.get("/predictions/:id", (c) => responseFor(predictionOf(c.req.param("id")), step));
  app.post("/predictions/:id/cancel", (c) => responseFor(predictionOf(c.req.param("id")), cancel));
  const create = async (request: Request): Promise<Response> => {
    const behavior = plan.next();
    if (behavior.type === "lose" && !behavior.accepted) throw new ConnectionLost();
    if (behavior.type === "refuse") return refuse(behavior.code, behavior.retryAfter);
    const prediction = await acceptJob(request, behavior, predictions.length + 1);
    predictions.push(prediction);
    if (behavior.type === "lose") throw new ConnectionLost();
    if (behavior.type === "broken") return new Response("<html>Bad gateway</html>", { status: 500 });
    if (behavior.type === "garbage") return new Response(`{"id": "${prediction.id.slice(0, 3)}`, { status: 201 });
    return Response.json({ ...bodyOf(prediction), status: "starting", output: null }, { status: 201 });
  };
  app.post("/predictions", (c) => create(c.req.raw));
  app.post("/models/:owner/:name/predictions", (c) => create(c.req.raw));
  app.post("/deployments/:owner/:name/predictions", (c) => create(c.req.raw));
  app.notFound(() => refuse("not_found"));

  return {
    handle: async (request) => app.fetch(request),
    plan: (...behaviors) => plan.set(behaviors),
    paid: predictions,
    get paidAttempts() {
      return paidAttempts;
    },
    get canceled() {
      return predictions.filter(({ isCanceled }) => isCanceled).map(({ id }) => id);
    },
    refusals: codesOf(refusals),
    failures: codesOf(failures),
    finish: (id) => {
      const prediction = predictionOf(id);
      if (prediction !== undefined) prediction.runningPolls = 0;
    },
    createWebhook: async (paid, change = {}) => createWebhook(predictionOf(paid.id), change),
  };
}

function refusal(status: number, title: string, detail: string) {
  return { status, body: { title, detail, status } };
}

/** A refusal without a status of its own is an invalid input. */
function refuse(code: ProviderErrorCode, retryAfter?: string): Response {
  const { status, body } = refusals[code] ?? refusal(422, "Input validation failed", "- input: is wrong");
  const headers = retryAfter === undefined ? {} : { "retry-after": retryAfter };
  return Response.json(body, { status, headers });
}

async function acceptJob(request: Request, behavior: VendorBehavior, number: number): Promise<Prediction> {
  const body: unknown = await request.json();
  // The adapter under test wrote the body.
  const { webhook = null } = body as { readonly webhook?: string };
  return {
    id: `p${String(number).padStart(25, "0")}`,
    body,
    headers: request.headers,
    webhookUrl: webhook,
    behavior,
    origin: new URL(request.url).origin,
    runningPolls: runningPollsOf(behavior),
    wasPolled: false,
    isCanceled: false,
  };
}

function responseFor(prediction: Prediction | undefined, change: (prediction: Prediction) => object): Response {
  return prediction === undefined ? refuse("not_found") : Response.json(change(prediction));
}

/** Each poll advances a prediction: starting, processing, ended. */
function step(prediction: Prediction): object {
  const body = bodyOf(prediction);
  const isFirst = !prediction.wasPolled;
  prediction.wasPolled = true;
  if (prediction.isCanceled || prediction.runningPolls === 0) return body;
  prediction.runningPolls -= 1;
  return isFirst && prediction.runningPolls > 0 ? { ...body, status: nameOf(prediction, "starting"), logs: "" } : body;
}

/** A prediction that has ended does not change. */
function cancel(prediction: Prediction): object {
  prediction.isCanceled ||= prediction.runningPolls > 0;
  return bodyOf(prediction);
}

function bodyOf(prediction: Prediction) {
  const { id, origin, body, webhookUrl } = prediction;
  const { input, version } = body as { readonly input?: unknown; readonly version?: string };
  return {
    id,
    model: "black-forest-labs/flux-schnell",
    version: version ?? "hidden",
    input,
    output: null,
    error: null,
    logs: "Using seed: 123\n 50%|█████     | 2/4 [00:00<00:00]",
    data_removed: false,
    created_at: "2026-11-01T10:00:00Z",
    urls: { get: `${origin}/predictions/${id}`, cancel: `${origin}/predictions/${id}/cancel` },
    ...(webhookUrl !== null && { webhook: webhookUrl, webhook_events_filter: ["start", "completed"] }),
    ...stateOf(prediction),
  };
}

function stateOf(prediction: Prediction): object {
  const { behavior, isCanceled, runningPolls } = prediction;
  if (!isCanceled && runningPolls > 0) return { status: nameOf(prediction, "processing") };
  const times = { started_at: "2026-11-01T10:00:00Z", completed_at: "2026-11-01T10:00:02Z" };
  const metrics = { predict_time: 0.8, total_time: 1.1 };
  if (isCanceled) return { status: "canceled", ...times };
  // A failure without an error of its own is an error of the model.
  if (behavior.type === "fail") return { ...times, metrics, ...(failures[behavior.code] ?? failures.provider_error) };
  return { status: "succeeded", output: outputOf(prediction), ...times, metrics };
}

function nameOf({ behavior }: Prediction, otherwise: string): string {
  return behavior.type === "unknown_state" ? "warming_up" : otherwise;
}

/** Models with a filter leave a filtered image out, without an error. */
function outputOf({ behavior, body, id, origin }: Prediction): readonly string[] | string | undefined {
  const { input } = body as { readonly input: { readonly num_outputs?: number; readonly duration?: number } };
  const count = input.num_outputs ?? 1;
  const kind = kindOf(behavior, input.duration === undefined ? "image" : "video");
  const urls = fileUrls({ origin, jobId: id, count, behavior, extension: extensions[kind] });
  // Models of video and audio return one URL.
  if (kind !== "image") return urls[0];
  return behavior.type === "partial" ? urls.slice(1) : urls;
}

const extensions = { image: "png", video: "mp4", audio: "wav" } as const;

async function createWebhook(prediction: Prediction | undefined, change: WebhookChange): Promise<Request> {
  if (prediction === undefined || prediction.webhookUrl === null) throw new Error("The prediction has no webhook URL.");
  const { forged = false, timestamp = Date.now(), id = prediction.id } = change;
  const body = JSON.stringify({ ...bodyOf(prediction), id });
  const signed = await signStandardWebhook({ id: `msg_${id}`, timestamp, body }, forged ? forgersSecret : secret);
  const headers = { "content-type": "application/json", ...signed };
  return new Request(prediction.webhookUrl, { method: "POST", headers, body });
}

function codesOf(table: Readonly<Partial<Record<ProviderErrorCode, object>>>): readonly ProviderErrorCode[] {
  // The keys of a table of codes are error codes.
  return Object.keys(table) as ProviderErrorCode[];
}

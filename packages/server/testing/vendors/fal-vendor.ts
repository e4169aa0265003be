import type { MediaKind } from "@safelight/client/contract";
import { Hono } from "hono";
import type { ProviderErrorCode } from "../../src/lib/generation/provider-failure.js";
import {
  ConnectionLost,
  type FakeVendor,
  kindOf,
  type PaidRequest,
  runningPollsOf,
  type VendorBehavior,
  type WebhookChange,
} from "./fake-vendor.js";
import { errorTypeOf, type FalError, falCanceled, falFailures, falRefusals } from "./fal-errors.js";
import { falKeySet, signFalWebhook } from "./fal-signature.js";
import { Plan } from "./plan.js";
import { fileResponse, fileUrls } from "./vendor-files.js";

/** A job of the fake vendor. */
interface FalJob extends PaidRequest {
  readonly behavior: VendorBehavior;
  readonly origin: string;
  /** Below the origin, such as `/fal-ai/flux/requests/r1`. */
  readonly path: string;
  readonly kind: MediaKind;
  /** Remaining polls that report a running job. */
  runningPolls: number;
  /** Whether the job was polled before. */
  wasPolled: boolean;
  isCanceled: boolean;
}

const key = "Key the-key";
const jobRoute = "/:owner/:alias/requests/:id";

/** A fake of fal's queue. Its API key is `the-key`; its signing keys are at `/.well-known/jwks.json`. */
export function createFalVendor(): FakeVendor {
  const plan = new Plan();
  const jobs: FalJob[] = [];
  let paidAttempts = 0;

  const app = new Hono();
  app.onError((error) => {
    throw error;
  });
  app.get("/.well-known/jwks.json", (c) => c.json(falKeySet));
  app.get("/files/:name", (c) => fileResponse(c.req.path));
  app.use(async (c, next) => {
    if (c.req.method === "POST") paidAttempts += 1;
    if (c.req.header("authorization") !== key) return toResponse(falRefusals.unauthenticated);
    await next();
  });
  const jobOf = (id: string) => jobs.find((job) => job.id === id);
  app.get(`${jobRoute}/status` as const, (c) => {
    const job = jobOf(c.req.param("id"));
    return job === undefined ? toResponse(unknownJob) : c.json(statusOf(job), 200);
  });
  app.get(`${jobRoute}/response` as const, (c) => resultOf(jobOf(c.req.param("id"))));
  app.get(jobRoute, (c) => resultOf(jobOf(c.req.param("id"))));
  app.put(`${jobRoute}/cancel` as const, (c) => cancel(jobOf(c.req.param("id"))));
  app.post("*", async (c) => {
    const behavior = plan.next();
    if (behavior.type === "lose" && !behavior.accepted) throw new ConnectionLost();
    if (behavior.type === "refuse") return refuse(behavior.code, behavior.retryAfter);
    const job = await acceptJob(c.req.raw, behavior, jobs.length + 1);
    jobs.push(job);
    if (behavior.type === "lose") throw new ConnectionLost();
    if (behavior.type === "broken") return new Response("<html>Bad gateway</html>", { status: 500 });
    if (behavior.type === "garbage") return new Response(`{"request_id": "${job.id.slice(0, 3)}`);
    return c.json({ ...addressesOf(job), status: "IN_QUEUE", queue_position: 0 });
  });

  return {
    handle: async (request) => app.fetch(request),
    plan: (...behaviors) => plan.set(behaviors),
    paid: jobs,
    get paidAttempts() {
      return paidAttempts;
    },
    get canceled() {
      return jobs.filter(({ isCanceled }) => isCanceled).map(({ id }) => id);
    },
    refusals: codesOf(falRefusals),
    failures: codesOf(falFailures),
    finish: (id) => {
      const job = jobOf(id);
      if (job !== undefined) job.runningPolls = 0;
    },
    createWebhook: async (paid, change = {}) => createWebhook(jobOf(paid.id), change),
  };
}

const unknownJob: FalError = { status: 404, body: { detail: "Request not found" } };

function refuse(code: ProviderErrorCode, retryAfter: string | undefined): Response {
  const response = toResponse(falRefusals[code]);
  if (retryAfter !== undefined) response.headers.set("retry-after", retryAfter);
  return response;
}

async function acceptJob(request: Request, behavior: VendorBehavior, number: number): Promise<FalJob> {
  const { origin, pathname, searchParams } = new URL(request.url);
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
  const application = pathname.split("/").slice(1, 3).join("/");
  return {
    id,
    body: await request.json(),
    headers: request.headers,
    webhookUrl: searchParams.get("fal_webhook"),
    behavior,
    origin,
    path: `/${application}/requests/${id}`,
    kind: kindOf(behavior, pathname.includes("video") ? "video" : pathname.includes("audio") ? "audio" : "image"),
    runningPolls: runningPollsOf(behavior),
    wasPolled: false,
    isCanceled: false,
  };
}

function addressesOf({ id, origin, path }: FalJob) {
  const job = `${origin}${path}`;
  return { request_id: id, response_url: `${job}/response`, status_url: `${job}/status`, cancel_url: `${job}/cancel` };
}

/** Each poll advances a job: queued, running, completed. */
function statusOf(job: FalJob) {
  const addresses = addressesOf(job);
  const isFirst = !job.wasPolled;
  job.wasPolled = true;
  if (!job.isCanceled && job.runningPolls > 0) {
    job.runningPolls -= 1;
    if (job.behavior.type === "unknown_state") return { ...addresses, status: "WARMING_UP" };
    if (isFirst && job.runningPolls > 0) return { ...addresses, status: "IN_QUEUE", queue_position: 2 };
    const message = "50%|█████     | 2/4 [00:00<00:00]";
    return { ...addresses, status: "IN_PROGRESS", logs: [{ message, level: "INFO", source: "USER" }] };
  }
  const error = errorOf(job);
  const ended = { ...addresses, status: "COMPLETED", logs: null, metrics: { inference_time: 1.3 } };
  if (error === null) return ended;
  return { ...ended, error: `Invalid status code: ${error.status}`, error_type: errorTypeOf(error) };
}

function resultOf(job: FalJob | undefined): Response {
  if (job === undefined) return toResponse(unknownJob);
  if (!hasEnded(job)) return toResponse({ status: 400, body: { detail: "Request is still in progress" } });
  const error = errorOf(job);
  if (error !== null) return toResponse(error);
  const units = job.kind === "image" ? countOf(job) : 5;
  return Response.json(payloadOf(job), { headers: { "x-fal-billable-units": String(units) } });
}

function countOf({ body }: FalJob): number {
  return (body as { readonly num_images?: number }).num_images ?? 1;
}

/** A video model returns one file, and a still image of it; an audio model returns a file under a name of its own. */
function payloadOf(job: FalJob): object {
  const { behavior, kind, origin, id } = job;
  const urlsOf = (extension: "png" | "mp4" | "wav") =>
    fileUrls({ origin, jobId: id, count: countOf(job), behavior, extension });
  if (kind === "video") {
    const [video, thumbnail] = [urlsOf("mp4")[0], urlsOf("png")[0]];
    return { video: { url: video, content_type: "video/mp4" }, thumbnail: { url: thumbnail }, seed: 42 };
  }
  if (kind === "audio") return { audio_file: { url: urlsOf("wav")[0], content_type: "audio/wav" }, seed: 42 };
  const urls = urlsOf("png");
  return {
    images: urls.map((url) => ({ url, width: 1, height: 1, content_type: "image/png" })),
    timings: { inference: 1.2 },
    seed: 42,
    has_nsfw_concepts: urls.map((_, index) => behavior.type === "partial" && index === 0),
  };
}

/** Cancels by job id. fal removes queued jobs, and asks running jobs to stop. */
function cancel(job: FalJob | undefined): Response {
  if (job === undefined) return Response.json({ status: "NOT_FOUND" }, { status: 404 });
  if (hasEnded(job)) return Response.json({ status: "ALREADY_COMPLETED" }, { status: 400 });
  job.isCanceled = true;
  return Response.json({ status: job.wasPolled ? "CANCELLATION_REQUESTED" : "OK" }, { status: 202 });
}

async function createWebhook(job: FalJob | undefined, change: WebhookChange): Promise<Request> {
  if (job === undefined || job.webhookUrl === null) throw new Error("The job has no webhook URL.");
  const error = errorOf(job);
  const id = change.id ?? job.id;
  const body = JSON.stringify({
    request_id: id,
    gateway_request_id: id,
    ...(error === null
      ? { status: "OK", payload: payloadOf(job) }
      : { status: "ERROR", error: `Invalid status code: ${error.status}`, payload: error.body }),
  });
  return new Request(job.webhookUrl, { method: "POST", headers: await signFalWebhook(body, id, change), body });
}

function hasEnded(job: FalJob): boolean {
  return job.isCanceled || job.runningPolls === 0;
}

function errorOf({ behavior, isCanceled }: FalJob): FalError | null {
  if (isCanceled) return falCanceled;
  // A failure without a type of its own is an internal error.
  return behavior.type === "fail" ? (falFailures[behavior.code] ?? falFailures.provider_error ?? null) : null;
}

/** A refusal without a type of its own is a missing field. */
function toResponse({ status, body, headers }: FalError = falRefusals.invalid_input ?? unknownJob): Response {
  return Response.json(body, { status, ...(headers && { headers }) });
}

function codesOf(table: Readonly<Partial<Record<ProviderErrorCode, FalError>>>): readonly ProviderErrorCode[] {
  // The keys of a table of codes are error codes.
  return Object.keys(table) as ProviderErrorCode[];
}

import { Hono } from "hono";
import type { ProviderErrorCode } from "../../src/lib/generation/provider-failure.js";
import {
  ConnectionLost,
  type FakeVendor,
  type PaidRequest,
  runningPollsOf,
  type VendorBehavior,
} from "./fake-vendor.js";
import { Plan } from "./plan.js";
import { fileResponse, fileUrls } from "./vendor-files.js";

interface GatewayJob extends PaidRequest {
  readonly behavior: VendorBehavior;
  readonly origin: string;
  runningPolls: number;
}

/** HTTP status and error type of each refusal. */
const refusals = {
  invalid_input: [400, "invalid_request_error"],
  unauthenticated: [401, "authentication_error"],
  forbidden: [403, "forbidden"],
  insufficient_credit: [402, "insufficient_funds"],
  rate_limited: [429, "rate_limit_exceeded"],
  not_found: [404, "model_not_found"],
} as const satisfies Partial<Record<ProviderErrorCode, readonly [number, string]>>;

/**
 * A fake of the video endpoints of Vercel's AI Gateway: `POST /video-model/start` and `/video-model/status`.
 *
 * @see `GatewayVideoModel` of `@ai-sdk/gateway` 4.0.146, checked 2026-11
 */
export function createGatewayVendor(): FakeVendor {
  const plan = new Plan();
  const jobs: GatewayJob[] = [];
  let attempts = 0;

  const app = new Hono();
  app.onError((error) => {
    throw error;
  });
  app.get("/files/:name", (c) => fileResponse(c.req.path));
  app.post("/video-model/start", async ({ req }) => {
    attempts += 1;
    const behavior = plan.next();
    if (req.header("authorization") !== "Bearer the-key") return refuse("unauthenticated");
    if (behavior.type === "refuse") return refuse(behavior.code, behavior.retryAfter);
    if (behavior.type === "lose" && !behavior.accepted) throw new ConnectionLost();
    const id = `vid_${jobs.length + 1}`;
    const { origin } = new URL(req.url);
    jobs.push({
      id,
      body: await req.json(),
      headers: req.raw.headers,
      webhookUrl: null,
      behavior,
      origin,
      runningPolls: runningPollsOf(behavior),
    });
    if (behavior.type === "lose") throw new ConnectionLost();
    if (behavior.type === "broken") return new Response("<html>Bad gateway</html>", { status: 500 });
    if (behavior.type === "garbage") return new Response("<html>", { headers: { "content-type": "text/html" } });
    return Response.json({ operation: { id, provider: "fake" }, warnings: [] });
  });
  app.post("/video-model/status", async ({ req }) => {
    const { operation } = await req.json<{ readonly operation: { readonly id: string } }>();
    const job = jobs.find(({ id }) => id === operation.id);
    return job === undefined ? refuse("not_found") : Response.json(statusOf(job));
  });

  return {
    handle: async (request) => app.fetch(request),
    plan: (...behaviors) => plan.set(behaviors),
    paid: jobs,
    get paidAttempts() {
      return attempts;
    },
    canceled: [],
    refusals: Object.keys(refusals) as (keyof typeof refusals)[],
    failures: ["provider_error", "content_blocked", "no_output"],
    finish: (id) => {
      const job = jobs.find((each) => each.id === id);
      if (job !== undefined) job.runningPolls = 0;
    },
  };
}

function refuse(code: ProviderErrorCode, retryAfter?: string): Response {
  const known: Partial<Record<ProviderErrorCode, readonly [number, string]>> = refusals;
  const [status, type] = known[code] ?? refusals.invalid_input;
  const error = { message: "The request «a quiet lake» was refused.", type };
  return Response.json({ error }, { status, ...(retryAfter && { headers: { "retry-after": retryAfter } }) });
}

function statusOf(job: GatewayJob): object {
  const { behavior, body, id, origin } = job;
  if (job.runningPolls > 0) {
    job.runningPolls -= 1;
    return { status: "pending" };
  }
  if (behavior.type === "fail") {
    if (behavior.code === "no_output") return { status: "completed", videos: [] };
    const error = behavior.code === "content_blocked" ? "Blocked by the safety filter: a quiet lake." : "It crashed.";
    return { status: "error", error };
  }
  const { n = 1 } = body as { readonly n?: number };
  const urls = fileUrls({ origin, jobId: id, count: n, behavior, extension: "mp4" });
  const videos = urls.map((url) => ({ type: "url", url, mediaType: "video/mp4" }));
  return {
    status: "completed",
    videos: behavior.type === "partial" ? [{ type: "uploaded", mediaType: "video/mp4" }, ...videos.slice(1)] : videos,
  };
}

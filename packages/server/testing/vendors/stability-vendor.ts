import { Hono } from "hono";
import { toBase64 } from "../../src/lib/bytes/base64.js";
import type { ProviderErrorCode } from "../../src/lib/generation/provider-failure.js";
import { tinyPng } from "../tiny-png.js";
import { endlessBytes } from "./endless-bytes.js";
import {
  ConnectionLost,
  type FakeVendor,
  type PaidRequest,
  runningPollsOf,
  type VendorBehavior,
} from "./fake-vendor.js";
import { Plan } from "./plan.js";

interface Job {
  readonly behavior: VendorBehavior;
  /** Remaining polls that report a running job. */
  runningPolls: number;
}

/** Status and name of each refusal. */
const refusals: Partial<Record<ProviderErrorCode, readonly [number, string]>> = {
  invalid_input: [400, "bad_request"],
  unauthenticated: [401, "unauthorized"],
  insufficient_credit: [402, "payment_required"],
  content_blocked: [403, "content_moderation"],
  forbidden: [403, "forbidden"],
  not_found: [404, "not_found"],
  rate_limited: [429, "rate_limit_exceeded"],
};

/** Response for each failure. */
const failures: Partial<Record<ProviderErrorCode, object>> = {
  // A filtered image is blurred.
  content_blocked: { image: toBase64(tinyPng(0)), finish_reason: "CONTENT_FILTERED", seed: 1 },
  no_output: { image: "", finish_reason: "SUCCESS", seed: 1 },
};

const queuedPaths = [
  "/v2beta/stable-image/upscale/creative",
  "/v2beta/stable-image/edit/replace-background-and-relight",
];

/**
 * Stability AI's API, as of 2026-11. A request makes one image, whatever number is requested. The image is in
 * the response, or for a queued tool, in the poll response. There are no links.
 */
export function createStabilityVendor(): FakeVendor {
  const plan = new Plan();
  const jobs = new Map<string, Job>();
  const paid: PaidRequest[] = [];
  let paidAttempts = 0;
  const app = new Hono();
  // A `ConnectionLost` must reach the server instead of becoming a response.
  app.onError((error) => {
    throw error;
  });

  app.post("/v2beta/stable-image/:kind/:tool", async ({ req }) => {
    paidAttempts += 1;
    if (req.header("authorization") !== "Bearer the-key") return refuse("unauthenticated");
    if (!req.header("content-type")?.startsWith("multipart/form-data")) return refuse("invalid_input");
    const behavior = plan.next();
    if (behavior.type === "refuse") return refuse(behavior.code, behavior.retryAfter);
    if (behavior.type === "lose" && !behavior.accepted) throw new ConnectionLost();
    const body = Object.fromEntries(await req.formData());
    const id = (paid.length + 1).toString(16).padStart(64, "0");
    paid.push({ id, body, headers: req.raw.headers, webhookUrl: null });
    jobs.set(id, { behavior, runningPolls: runningPollsOf(behavior) });
    if (behavior.type === "lose") throw new ConnectionLost();
    if (behavior.type === "garbage") return new Response("<html>", { headers: { "content-type": "text/html" } });
    if (behavior.type === "broken") return new Response("<html>Bad gateway</html>", { status: 500 });
    return queuedPaths.includes(req.path) ? Response.json({ id }) : responseOf(behavior);
  });

  app.get("/v2beta/results/:id", ({ req }) => {
    if (req.header("authorization") !== "Bearer the-key") return refuse("unauthenticated");
    const id = req.param("id");
    const job = jobs.get(id);
    if (job === undefined) return refuse("not_found");
    job.runningPolls -= 1;
    if (job.runningPolls < 0) return responseOf(job.behavior);
    const status = job.behavior.type === "unknown_state" ? "warming-up" : "in-progress";
    return Response.json({ id, status }, { status: job.behavior.type === "unknown_state" ? 200 : 202 });
  });

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
  };
}

function responseOf(behavior: VendorBehavior): Response {
  switch (behavior.type) {
    case "fail":
      return Response.json(failures[behavior.code] ?? failures.no_output);
    case "huge":
      return new Response(endlessBytes(new TextEncoder().encode('{"image":"'), "A".charCodeAt(0)), {
        headers: { "content-type": "application/json" },
      });
    case "hostile":
      return imageResponse(new TextEncoder().encode("<script>alert(document.cookie)</script>"));
    case "gone":
      return imageResponse(new Uint8Array());
    default:
      return imageResponse(tinyPng());
  }
}

function imageResponse(bytes: Uint8Array): Response {
  return Response.json({ image: toBase64(bytes), finish_reason: "SUCCESS", seed: 42 });
}

function refuse(code: ProviderErrorCode, retryAfter?: string): Response {
  const [status, name] = refusals[code] ?? [400, "bad_request"];
  const headers = retryAfter === undefined ? {} : { "retry-after": retryAfter };
  return Response.json({ id: "s1", name, errors: [`It was ${name}.`] }, { status, headers });
}

import { Hono } from "hono";
import { toBase64 } from "../../src/lib/bytes/base64.js";
import type { ProviderErrorCode } from "../../src/lib/generation/provider-failure.js";
import { tinyPng } from "../tiny-png.js";
import { endlessBytes } from "./endless-bytes.js";
import { ConnectionLost, type FakeVendor, type PaidRequest, type VendorBehavior } from "./fake-vendor.js";
import { Plan } from "./plan.js";

/** Status and code of each refusal. Cloudflare documents no code for its rate limit. */
const refusals: Partial<Record<ProviderErrorCode, readonly [number, number | null]>> = {
  invalid_input: [400, 5004],
  content_blocked: [400, 3030],
  unauthenticated: [401, 10_000],
  forbidden: [403, 5018],
  not_found: [404, 3042],
  insufficient_credit: [429, 3036],
  rate_limited: [429, null],
  provider_unavailable: [429, 3040],
};

/**
 * Cloudflare Workers AI, as of 2026-11. A request makes one image, whatever number is requested, and blocks
 * until it is made. There are no jobs, states or links.
 */
export function createCloudflareVendor(): FakeVendor {
  const plan = new Plan();
  const paid: PaidRequest[] = [];
  let paidAttempts = 0;
  const app = new Hono();
  // A `ConnectionLost` must reach the server instead of becoming a response.
  app.onError((error) => {
    throw error;
  });

  app.post("/accounts/:account/ai/run/:model{.+}", async ({ req }) => {
    paidAttempts += 1;
    if (req.header("authorization") !== "Bearer the-key") return refuse("unauthenticated");
    const isForm = req.header("content-type")?.startsWith("multipart/form-data") === true;
    if (isForm !== req.param("model").includes("/flux-2-")) return refuse("invalid_input");
    const behavior = plan.next();
    if (behavior.type === "refuse") return refuse(behavior.code, behavior.retryAfter);
    if (behavior.type === "lose" && !behavior.accepted) throw new ConnectionLost();
    const body: unknown = isForm ? Object.fromEntries(await req.formData()) : await req.json();
    paid.push({ id: `${paid.length + 1}`, body, headers: req.raw.headers, webhookUrl: null });
    if (behavior.type === "lose") throw new ConnectionLost();
    if (behavior.type === "garbage") return new Response("<html>", { headers: { "content-type": "text/html" } });
    if (behavior.type === "broken") return new Response("<html>Bad gateway</html>", { status: 500 });
    return responseOf(behavior, req.param("model"));
  });

  return {
    handle: async (request) => app.fetch(request),
    plan: (...behaviors) => plan.set(behaviors),
    paid,
    get paidAttempts() {
      return paidAttempts;
    },
    canceled: [],
    // The keys of this table are error codes.
    refusals: Object.keys(refusals) as ProviderErrorCode[],
    failures: ["provider_timeout", "no_output"],
    finish: () => {},
  };
}

function responseOf(behavior: VendorBehavior, model: string): Response {
  switch (behavior.type) {
    case "fail":
      return behavior.code === "provider_timeout" ? errorResponse(408, 3007) : jsonResponse({});
    case "huge":
      return new Response(endlessBytes(tinyPng()), { headers: { "content-type": "image/png" } });
    case "hostile":
      return jsonResponse({ image: toBase64(new TextEncoder().encode("<script>alert(document.cookie)</script>")) });
    case "gone":
      return jsonResponse({ image: "" });
    default:
      // SDXL models return the image itself.
      if (!model.includes("/flux-"))
        return new Response(tinyPng().slice(), { headers: { "content-type": "image/png" } });
      return jsonResponse({ image: toBase64(tinyPng()) });
  }
}

function jsonResponse(result: object): Response {
  return Response.json({ result, success: true, errors: [], messages: [] });
}

function refuse(code: ProviderErrorCode, retryAfter?: string): Response {
  const [status, number] = refusals[code] ?? [400, 5004];
  return errorResponse(status, number, retryAfter === undefined ? {} : { "retry-after": retryAfter });
}

function errorResponse(status: number, code: number | null, headers = {}): Response {
  const errors = [{ ...(code !== null && { code }), message: "AiError: it did not work" }];
  return Response.json({ result: null, success: false, errors, messages: [] }, { status, headers });
}

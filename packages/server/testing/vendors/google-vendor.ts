import { Hono } from "hono";
import { toBase64 } from "../../src/lib/bytes/base64.js";
import type { ProviderErrorCode } from "../../src/lib/generation/provider-failure.js";
import { tinyPng } from "../tiny-png.js";
import { endlessBytes } from "./endless-bytes.js";
import { ConnectionLost, type FakeVendor, type PaidRequest, type VendorBehavior } from "./fake-vendor.js";
import { Plan } from "./plan.js";

const page = new TextEncoder().encode("<html><script>alert(1)</script></html>");
/** Code of the letter A: base64 of zeros. */
const letterA = 65;

/** HTTP status, error status and details of each refusal. */
export const googleRefusals = {
  invalid_input: [400, "INVALID_ARGUMENT", []],
  unauthenticated: [400, "INVALID_ARGUMENT", [detailOf("ErrorInfo", { reason: "API_KEY_INVALID" })]],
  forbidden: [403, "PERMISSION_DENIED", []],
  insufficient_credit: [402, "RESOURCE_EXHAUSTED", []],
  rate_limited: [429, "RESOURCE_EXHAUSTED", [quotaOf("GenerateRequestsPerMinutePerProjectPerModel")]],
  not_found: [404, "NOT_FOUND", []],
  provider_unavailable: [503, "UNAVAILABLE", []],
} as const satisfies Partial<Record<ProviderErrorCode, readonly [number, string, readonly object[]]>>;

/** A fake of Google's Gemini API. It blocks, so jobs cannot be polled, finished or canceled. */
export function createGoogleVendor(): FakeVendor {
  const plan = new Plan();
  const paid: PaidRequest[] = [];
  let attempts = 0;

  const app = new Hono();
  app.onError((error) => {
    throw error;
  });
  app.post("/models/:call", async ({ req }) => {
    attempts += 1;
    const behavior = plan.next();
    if (req.header("x-goog-api-key") !== "the-key") return googleRefusal("unauthenticated");
    if (!req.param("call").endsWith(":generateContent")) return googleRefusal("not_found");
    if (behavior.type === "refuse") return googleRefusal(behavior.code, behavior.retryAfter);
    if (behavior.type === "lose" && !behavior.accepted) throw new ConnectionLost();
    paid.push({ id: String(paid.length + 1), body: await req.json(), headers: req.raw.headers, webhookUrl: null });
    return responseOf(behavior);
  });

  return {
    handle: async (request) => app.fetch(request),
    plan: (...behaviors) => plan.set(behaviors),
    paid,
    get paidAttempts() {
      return attempts;
    },
    canceled: [],
    refusals: Object.keys(googleRefusals) as (keyof typeof googleRefusals)[],
    failures: ["content_blocked", "no_output"],
    // There are no jobs to finish.
    finish: () => {},
  };
}

/** The delay is in the error details, not in a header. */
export function googleRefusal(code: ProviderErrorCode, retryAfter?: string): Response {
  const known: Partial<Record<ProviderErrorCode, readonly [number, string, readonly object[]]>> = googleRefusals;
  const [http, status, details] = known[code] ?? googleRefusals.invalid_input;
  const wait = retryAfter === undefined ? [] : [detailOf("RetryInfo", { retryDelay: `${retryAfter}s` })];
  const error = {
    code: http,
    message: "The request «a quiet lake» was refused.",
    status,
    details: [...details, ...wait],
  };
  return Response.json({ error }, { status: http });
}

function detailOf(type: string, fields: object): object {
  return { "@type": `type.googleapis.com/google.rpc.${type}`, ...fields };
}

function quotaOf(quotaId: string): object {
  return detailOf("QuotaFailure", { violations: [{ quotaMetric: "generate_content_requests", quotaId }] });
}

function responseOf(behavior: VendorBehavior): Response {
  switch (behavior.type) {
    case "lose":
      throw new ConnectionLost();
    case "broken":
      return new Response("<html>Bad gateway</html>", { status: 500, headers: { "content-type": "text/html" } });
    case "garbage":
      return new Response("<html>", { headers: { "content-type": "text/html" } });
    case "huge": {
      const head = '{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"';
      const body = endlessBytes(new TextEncoder().encode(head), letterA);
      return new Response(body, { headers: { "content-type": "application/json" } });
    }
    default:
      return Response.json({
        candidates: candidatesOf(behavior),
        usageMetadata,
        modelVersion: "gemini-3.1-flash-image",
      });
  }
}

const usageMetadata = {
  promptTokenCount: 8,
  candidatesTokenCount: 1_290,
  thoughtsTokenCount: 10,
  totalTokenCount: 1_308,
};

function candidatesOf(behavior: VendorBehavior): readonly object[] {
  switch (behavior.type) {
    case "fail":
      return [without(behavior.code === "content_blocked" ? "IMAGE_SAFETY" : "NO_IMAGE")];
    case "partial":
      // Google makes one image at a time. The second candidate stands for a second image.
      return [without("IMAGE_SAFETY", 0), withImage(tinyPng(1), 1)];
    case "hostile":
      return [withImage(page)];
    case "gone":
      // Without links, the closest case is a response without an image.
      return [without("STOP")];
    case "unknown_state":
      return [{ ...withImage(tinyPng()), finishReason: "IMAGINED", mood: "good", safetyRatings }];
    default:
      return [withImage(tinyPng())];
  }
}

const safetyRatings = [
  { category: "HARM_CATEGORY_SEXUALLY_EXPLICIT", probability: "MEDIUM" },
  { category: "HARM_CATEGORY_HARASSMENT", probability: "NEGLIGIBLE" },
  { category: "HARM_CATEGORY_DANGEROUS_CONTENT", probability: "LOW", blocked: true },
  { category: "«a quiet lake»", probability: "HIGH" },
];

function withImage(bytes: Uint8Array, index = 0): object {
  const draft = { thought: true, inlineData: { mimeType: "image/png", data: toBase64(tinyPng(250)) } };
  const image = { inlineData: { mimeType: "image/png", data: toBase64(bytes) } };
  return { content: { role: "model", parts: [{ text: "Here it is." }, draft, image] }, finishReason: "STOP", index };
}

function without(finishReason: string, index = 0): object {
  return { content: { parts: [] }, finishReason, index };
}

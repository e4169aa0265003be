import { Hono } from "hono";
import { toBase64 } from "../../src/lib/bytes/base64.js";
import { tinyPng } from "../tiny-png.js";
import { endlessBytes } from "./endless-bytes.js";
import { ConnectionLost, type FakeVendor, type PaidRequest, type VendorBehavior } from "./fake-vendor.js";
import { blockedAt, isAuthorized, openaiErrors, proxyTrouble, refusalOf } from "./openai-wire.js";
import { Plan } from "./plan.js";

/** The parts of a request that affect the response. */
interface ImagesParameters {
  readonly stream: boolean;
  readonly previews: number;
  readonly count: number;
  /** Prefix of event names: `image_generation` or `image_edit`. */
  readonly kind: string;
}

const page = new TextEncoder().encode("<html><script>alert(1)</script></html>");
/** Code of the letter A: base64 of zeros. */
const letterA = 65;

/** A fake of OpenAI's Images API. It blocks, so jobs cannot be polled, finished or canceled. */
export function createOpenaiVendor(): FakeVendor {
  const plan = new Plan();
  const paid: PaidRequest[] = [];
  let attempts = 0;

  const app = new Hono();
  app.onError((error) => {
    throw error;
  });
  for (const [path, kind] of [
    ["/images/generations", "image_generation"],
    ["/images/edits", "image_edit"],
  ] as const) {
    app.post(path, async ({ req }) => {
      attempts += 1;
      const behavior = plan.next();
      if (!isAuthorized(req.raw)) return refusalOf("unauthenticated");
      if (behavior.type === "refuse") return refusalOf(behavior.code, behavior.retryAfter);
      if (behavior.type === "lose" && !behavior.accepted) throw new ConnectionLost();
      const body = await readBody(req.raw);
      const parameters = { ...parametersOf(body), kind };
      if (parameters.stream && parameters.count > 1) {
        const error = {
          ...openaiErrors.invalid_input.error,
          message: "Streaming is only supported with n=1.",
          param: "stream",
        };
        return Response.json({ error }, { status: 400 });
      }
      paid.push({ id: String(paid.length + 1), body, headers: req.raw.headers, webhookUrl: null });
      return responseOf(behavior, parameters);
    });
  }

  return {
    handle: async (request) => app.fetch(request),
    plan: (...behaviors) => plan.set(behaviors),
    paid,
    get paidAttempts() {
      return attempts;
    },
    canceled: [],
    refusals: Object.keys(openaiErrors) as (keyof typeof openaiErrors)[],
    failures: ["content_blocked", "provider_error"],
    // There are no jobs to finish.
    finish: () => {},
  };
}

async function readBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const isForm = request.headers.get("content-type")?.startsWith("multipart/form-data");
  if (!isForm) return request.json();
  const form = await request.formData();
  return Object.fromEntries([...new Set(form.keys())].map((name) => [name, listOrOne(form.getAll(name))]));
}

function listOrOne(values: readonly unknown[]): unknown {
  return values.length === 1 ? values[0] : values;
}

/** Form fields are strings. */
function parametersOf({
  n = 1,
  partial_images: previews = 0,
  stream,
}: Readonly<Record<string, unknown>>): Omit<ImagesParameters, "kind"> {
  return { stream: String(stream) === "true", previews: Number(previews), count: Number(n) };
}

function responseOf(behavior: VendorBehavior, parameters: ImagesParameters): Response {
  switch (behavior.type) {
    case "lose":
      throw new ConnectionLost();
    case "broken":
      return proxyTrouble(500);
    case "garbage":
      return proxyTrouble(200);
    case "huge":
      return hugeResponse(parameters);
    case "fail":
      return failedResponse(behavior.code, parameters);
    default:
      return parameters.stream
        ? streamOf(eventsOf(behavior, parameters))
        : Response.json(responseWith(behavior, parameters));
  }
}

/** Images in order. The behavior decides the first one. */
function imagesOf(behavior: VendorBehavior, { count }: ImagesParameters): readonly (string | null)[] {
  return Array.from({ length: count }, (_, index) => {
    if (index > 0) return toBase64(tinyPng(index));
    if (behavior.type === "partial") return null;
    if (behavior.type === "hostile") return toBase64(page);
    // Without links, the closest case is an image without data.
    return behavior.type === "gone" ? "" : toBase64(tinyPng());
  });
}

const usage = {
  input_tokens: 12,
  input_tokens_details: { text_tokens: 12, image_tokens: 0 },
  output_tokens: 272,
  total_tokens: 284,
};
const looks = { background: "opaque", output_format: "png", quality: "low", size: "1024x1024" };

function responseWith(behavior: VendorBehavior, parameters: ImagesParameters): object {
  const data = imagesOf(behavior, parameters).map((b64_json) => ({ b64_json }));
  return { created: 1_700_000_000, data, ...looks, usage };
}

function eventsOf(behavior: VendorBehavior, parameters: ImagesParameters): readonly object[] {
  const { kind } = parameters;
  const strange = { type: `${kind}.imagined`, mood: "good" };
  const [image] = imagesOf(behavior, parameters);
  return [
    ...(behavior.type === "unknown_state" ? [strange, strange] : []),
    ...previewsOf(parameters),
    { type: `${kind}.completed`, b64_json: image, created_at: 1_700_000_000, ...looks, usage },
  ];
}

function previewsOf({ kind, previews }: ImagesParameters): readonly object[] {
  return Array.from({ length: previews }, (_, index) => {
    const position = { partial_image_index: index, created_at: 1_700_000_000 };
    return { type: `${kind}.partial_image`, b64_json: toBase64(tinyPng(200 + index)), ...position, ...looks };
  });
}

function failedResponse(code: string, parameters: ImagesParameters): Response {
  const { error } = code === "content_blocked" ? blockedAt("output") : serverError;
  if (parameters.stream) return streamOf([...previewsOf(parameters), { type: "error", error }]);
  return Response.json({ created: 1_700_000_000, data: [{ error }], ...looks, usage });
}

const serverError = {
  error: { message: "The server had an error.", type: "server_error", param: null, code: "server_error" },
};

function streamOf(events: readonly object[]): Response {
  const lines = events.map((event) => {
    const [type] = Object.values(event);
    return `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`;
  });
  return new Response([...lines, "data: [DONE]\n\n"].join(""), { headers: { "content-type": "text/event-stream" } });
}

function hugeResponse({ kind, stream }: ImagesParameters): Response {
  const head = stream
    ? `event: ${kind}.completed\ndata: {"type":"${kind}.completed","b64_json":"`
    : '{"created":1700000000,"data":[{"b64_json":"';
  const type = stream ? "text/event-stream" : "application/json";
  return new Response(endlessBytes(new TextEncoder().encode(head), letterA), { headers: { "content-type": type } });
}

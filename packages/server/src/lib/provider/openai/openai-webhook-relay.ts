import { readBytes } from "../../bytes/read-bytes.js";
import { verifyStandardWebhook } from "../../signing/standard-webhooks.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import { type ResolvedVendorOptions, resolveVendorOptions, type VendorOptions } from "../kit/vendor-options.js";
import { askOpenai, knownAnswer, openaiUrl } from "./ask-openai.js";
import { verifyResponseWebhook } from "./response-webhook.js";
import { metadataKeys } from "./responses-request.js";

/** What the relay needs. */
export interface OpenaiWebhookRelayOptions extends Omit<VendorOptions, "mediaHosts"> {
  /** As in `OpenaiResponsesOptions`. */
  readonly webhookSecrets: readonly string[];
  /** `safelight.handler`. It is called in this process: nothing is sent anywhere. */
  readonly handler: (request: Request) => Response | Promise<Response>;
}

const maxBodyBytes = 1_048_576;
const toleranceMs = 300_000;
/** As long as OpenAI may wait for us. */
const answerWithinMs = 10_000;

/**
 * Takes OpenAI's call-backs, which all come to one address of the project, to the attempts that they are about: the
 * response itself says where that is. Mount it at the address that the project's webhook names. What is about something
 * else is answered with 202, so that one webhook can serve others as well.
 *
 * @example
 * ```ts
 * const relay = openaiWebhookRelay({ webhookSecrets: [secret], handler: safelight.handler });
 * app.post("/webhooks/openai", (c) => relay(c.req.raw));
 * ```
 */
export function openaiWebhookRelay(options: OpenaiWebhookRelayOptions): (request: Request) => Promise<Response> {
  const { handler, webhookSecrets } = options;
  const resolved = resolveVendorOptions(options, openaiUrl);
  return async ({ body: stream, headers }) => {
    const body = await readBytes(new Response(stream), maxBodyBytes);
    if (body === null) return new Response(null, { status: 413 });
    const signed = await verifyStandardWebhook({ headers, body }, webhookSecrets);
    if (signed === null || Math.abs(resolved.now() - signed.timestamp) > toleranceMs)
      return new Response(null, { status: 401 });
    const facts = await verifyResponseWebhook({ headers, body }, webhookSecrets);
    if (facts === null) return new Response(null, { status: 202 });
    let url: string | null;
    try {
      url = await findWebhookUrl(resolved, facts.requestId);
    } catch {
      // OpenAI sends it again, and the worker asks in any case.
      return new Response(null, { status: 503 });
    }
    if (url === null) return new Response(null, { status: 202 });
    return handler(new Request(url, { method: "POST", headers, body: new Uint8Array(body) }));
  };
}

/** `null` for a response that is none of ours, or is not there any more. */
async function findWebhookUrl(options: ResolvedVendorOptions, responseId: string): Promise<string | null> {
  const answer = knownAnswer(
    await askOpenai(options, { method: "GET", responseId, signal: AbortSignal.timeout(answerWithinMs) }),
  );
  const { [metadataKeys.webhook]: url } = fieldsOf(fieldsOf(jsonOf(answer)).metadata);
  return typeof url === "string" && URL.canParse(url) ? url : null;
}

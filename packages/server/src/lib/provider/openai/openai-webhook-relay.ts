import { readBytes } from "../../bytes/read-bytes.js";
import { asRecord } from "../../json/as-record.js";
import { checkOptionNames } from "../../model/check-option-names.js";
import { verifyStandardWebhook } from "../../signing/standard-webhooks.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import {
  type ResolvedVendorOptions,
  resolveVendorOptions,
  type VendorOptions,
  vendorOptionNames,
} from "../kit/vendor-options.js";
import { expectKnownResponse, openaiUrl, queryOpenai } from "./query-openai.js";
import { verifyResponseWebhook } from "./response-webhook.js";
import { metadataKeys } from "./responses-request.js";

/** Options of `openaiWebhookRelay`. */
export interface OpenaiWebhookRelayOptions extends Omit<VendorOptions, "mediaHosts"> {
  /** See `OpenaiResponsesOptions`. */
  readonly webhookSecrets: readonly string[];
  /** `safelight.handler`. Called in this process, without a network request. */
  readonly handler: (request: Request) => Response | Promise<Response>;
}

const maxBodyBytes = 1_048_576;
const toleranceMs = 300_000;
/** OpenAI's timeout for webhooks. */
const timeoutMs = 10_000;

/**
 * Relays OpenAI's webhooks, which all arrive at one URL of the project, to the webhook URLs of their attempts. The URL is
 * in the metadata of the response. Mount the relay at the URL of the project's webhook. Webhooks about other things get a
 * 202, so that the project's webhook can serve other programs as well.
 *
 * @example
 * ```ts
 * const relay = openaiWebhookRelay({ webhookSecrets: [secret], handler: safelight.handler });
 * app.post("/webhooks/openai", (c) => relay(c.req.raw));
 * ```
 */
export function openaiWebhookRelay(options: OpenaiWebhookRelayOptions): (request: Request) => Promise<Response> {
  checkOptionNames<OpenaiWebhookRelayOptions>(options, {
    where: "openaiWebhookRelay",
    names: {
      ...vendorOptionNames,
      webhookSecrets: "required",
      handler: "required",
    },
  });
  const { handler, webhookSecrets } = options;
  const resolved = resolveVendorOptions(options, { vendor: "OpenAI", variable: "OPENAI_API_KEY", baseUrl: openaiUrl });
  return async ({ body: stream, headers }) => {
    const body = await readBytes(stream, { maxBytes: maxBodyBytes });
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
      // OpenAI retries the webhook, and the worker polls in any case.
      return new Response(null, { status: 503 });
    }
    if (url === null) return new Response(null, { status: 202 });
    return handler(new Request(url, { method: "POST", headers, body: new Uint8Array(body) }));
  };
}

/** Returns `null` for a response that was not made by Safelight or was deleted. */
async function findWebhookUrl(options: ResolvedVendorOptions, responseId: string): Promise<string | null> {
  const responded = expectKnownResponse(
    await queryOpenai(options, { method: "GET", responseId, signal: AbortSignal.timeout(timeoutMs) }),
  );
  const { [metadataKeys.webhook]: url } = asRecord(asRecord(jsonOf(responded)).metadata);
  return typeof url === "string" && URL.canParse(url) ? url : null;
}

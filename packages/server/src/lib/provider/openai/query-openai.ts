import { isNotFound } from "../kit/failures/is-not-found.js";
import { maxResponseBytes } from "../kit/request/max-response-bytes.js";
import { requireKey } from "../kit/request/vendor-key.js";
import { type VendorResult, vendorRequest } from "../kit/request/vendor-request.js";
import type { ResolvedVendorOptions } from "../kit/vendor-options.js";

/** A free request about a response. */
export interface OpenaiQuery {
  readonly method: "GET" | "POST";
  readonly responseId: string;
  readonly verb?: "cancel";
  readonly maxOutputBytes?: number | undefined;
  readonly signal: AbortSignal;
}

/** Default base URL. */
export const openaiUrl = "https://api.openai.com/v1";
/** The text model may request a second image if it is not satisfied with the first. */
const maxImages = 2;

/**
 * Sends a request about a response.
 *
 * @throws if there is no API key.
 */
export function queryOpenai(options: ResolvedVendorOptions, query: OpenaiQuery): Promise<VendorResult> {
  const { baseUrl, fetch } = options;
  const { maxOutputBytes, method, responseId, signal, verb } = query;
  const key = requireKey("OpenAI", { given: options.apiKey, variable: "OPENAI_API_KEY" });
  return vendorRequest({
    url: `${baseUrl}/responses/${responseId}${verb === undefined ? "" : `/${verb}`}`,
    init: { method, headers: { authorization: `Bearer ${key}` }, signal },
    fetch,
    maxBytes: maxResponseBytes(maxOutputBytes, { images: maxImages }),
  });
}

/**
 * Returns a 2xx response, or the 404 of OpenAI itself.
 *
 * @throws for any other response, so that the worker retries.
 */
export function expectKnownResponse(result: VendorResult): Extract<VendorResult, { readonly type: "responded" }> {
  if (result.type !== "responded") throw new Error(`Request to OpenAI failed: ${result.reason}`);
  if (isNotFound(result) || (result.status >= 200 && result.status < 300)) return result;
  throw new Error(`OpenAI responded with ${result.status}.`);
}

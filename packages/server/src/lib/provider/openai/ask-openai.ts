import { longestAnswer } from "../kit/request/longest-answer.js";
import { requireKey } from "../kit/request/vendor-key.js";
import { type VendorReply, vendorRequest } from "../kit/request/vendor-request.js";
import type { ResolvedVendorOptions } from "../kit/vendor-options.js";

/** A question about a response, which costs nothing. */
export interface OpenaiQuestion {
  readonly method: "GET" | "POST";
  readonly responseId: string;
  readonly verb?: "cancel";
  readonly maxOutputBytes?: number | undefined;
  readonly signal: AbortSignal;
}

/** Where OpenAI is unless a host says otherwise. */
export const openaiUrl = "https://api.openai.com/v1";
/** Its text model may ask for a second picture, where the first one did not please it. */
const mostPictures = 2;

/**
 * Asks about a response.
 *
 * @throws when there is no key.
 */
export function askOpenai(options: ResolvedVendorOptions, question: OpenaiQuestion): Promise<VendorReply> {
  const { baseUrl, fetch } = options;
  const { maxOutputBytes, method, responseId, signal, verb } = question;
  const key = requireKey("OpenAI", options.apiKey, "OPENAI_API_KEY");
  return vendorRequest({
    url: `${baseUrl}/responses/${responseId}${verb === undefined ? "" : `/${verb}`}`,
    init: { method, headers: { authorization: `Bearer ${key}` }, signal },
    fetch,
    maxBytes: longestAnswer(maxOutputBytes, mostPictures),
  });
}

/**
 * The answer to a question, which is there or is not (404); whatever else there is says nothing.
 *
 * @throws for what should be asked again later.
 */
export function knownAnswer(reply: VendorReply): Extract<VendorReply, { readonly type: "answered" }> {
  if (reply.type !== "answered") throw new Error(`OpenAI could not be asked: ${reply.reason}`);
  if (reply.status === 404 || (reply.status >= 200 && reply.status < 300)) return reply;
  throw new Error(`OpenAI answered ${reply.status}.`);
}

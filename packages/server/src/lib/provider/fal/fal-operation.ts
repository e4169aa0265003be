import type { Json } from "@safelight/client/contract";
import { asRecord } from "../../json/as-record.js";
import { mayReceiveApiKey } from "../kit/request/may-receive-api-key.js";

/** Operation of a fal job. */
export interface FalOperation {
  readonly requestId: string;
  readonly statusUrl: string;
  readonly responseUrl: string;
  readonly cancelUrl: string;
  /** Epoch milliseconds; 0 if unknown. */
  readonly acceptedAt: number;
}

/** Queue of a model. */
export interface FalQueue {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** Such as `"fal-ai/flux/dev"`. */
  readonly model: string;
}

/**
 * Operation from the response to the paid request. The API key is sent to its URLs, so a URL on a foreign host is
 * replaced by the expected one.
 *
 * @returns `null` if the response has no job id.
 */
export function operationOf(
  response: unknown,
  { queue, acceptedAt }: { readonly queue: FalQueue; readonly acceptedAt: number },
): FalOperation | null {
  const { request_id: requestId, status_url, response_url, cancel_url } = asRecord(response);
  if (!isRequestId(requestId)) return null;
  const expected = expectedOperation(requestId, { queue, acceptedAt });
  const trusted = (url: unknown, otherwise: string): string => (isOfFal(url, queue.baseUrl) ? url : otherwise);
  return {
    requestId,
    statusUrl: trusted(status_url, expected.statusUrl),
    responseUrl: trusted(response_url, expected.responseUrl),
    cancelUrl: trusted(cancel_url, expected.cancelUrl),
    acceptedAt,
  };
}

/** The operation that fal is expected to return for a job: that of a job which only a webhook names. */
export function expectedOperation(
  requestId: string,
  { queue: { baseUrl, model }, acceptedAt }: { readonly queue: FalQueue; readonly acceptedAt: number },
): FalOperation {
  const job = `${baseUrl}/${applicationOf(model)}/requests/${encodeURIComponent(requestId)}`;
  const urls = { statusUrl: `${job}/status`, responseUrl: job, cancelUrl: `${job}/cancel` };
  return { requestId, ...urls, acceptedAt };
}

/**
 * Parses a stored operation.
 *
 * @throws {TypeError} for an operation of another adapter, and for a URL that may not receive the API key.
 */
export function storedOperation(operation: Json, { baseUrl }: FalQueue): FalOperation {
  const { requestId, statusUrl, responseUrl, cancelUrl, acceptedAt } = asRecord(operation);
  const areUrls = isOfFal(statusUrl, baseUrl) && isOfFal(responseUrl, baseUrl) && isOfFal(cancelUrl, baseUrl);
  if (!areUrls || !isRequestId(requestId)) throw new TypeError("The operation is not one of fal's.");
  return {
    requestId,
    statusUrl,
    responseUrl,
    cancelUrl,
    acceptedAt: typeof acceptedAt === "number" ? acceptedAt : 0,
  };
}

/** Ids are UUIDs today. The limit is the size of the column that stores them. */
export function isRequestId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= 255;
}

/** fal stores jobs by application; the rest of the path selects an endpoint. */
function applicationOf(model: string): string {
  const parts = model.split("/");
  return parts.slice(0, parts[0] === "workflows" || parts[0] === "comfy" ? 3 : 2).join("/");
}

function isOfFal(url: unknown, baseUrl: string): url is string {
  return mayReceiveApiKey(url, { baseUrl, domain: "fal.run" });
}

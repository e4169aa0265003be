import type { Json } from "@safelight/client/contract";
import { isTrustedWithKey } from "../kit/request/trusted-with-key.js";
import { fieldsOf } from "../kit/request/vendor-json.js";

/** What is needed to find a job of fal again. */
export interface FalOperation {
  readonly requestId: string;
  readonly statusUrl: string;
  readonly responseUrl: string;
  readonly cancelUrl: string;
  /** Epoch milliseconds; 0 where nobody knows. */
  readonly acceptedAt: number;
}

/** Where jobs of one model are. */
export interface FalQueue {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Such as `"fal-ai/flux/dev"`. */
  readonly model: string;
}

/**
 * The operation that an answer to the paid request names. Its addresses get the key: one that is not fal's is replaced by
 * the one that it should have been.
 *
 * @returns `null` where it names no job.
 */
export function operationOf(answer: unknown, queue: FalQueue, acceptedAt: number): FalOperation | null {
  const { request_id: requestId, status_url, response_url, cancel_url } = fieldsOf(answer);
  if (!isRequestId(requestId)) return null;
  const built = builtOperation(requestId, queue, acceptedAt);
  const trusted = (url: unknown, otherwise: string): string => (isOfFal(url, queue.baseUrl) ? url : otherwise);
  return {
    requestId,
    statusUrl: trusted(status_url, built.statusUrl),
    responseUrl: trusted(response_url, built.responseUrl),
    cancelUrl: trusted(cancel_url, built.cancelUrl),
    acceptedAt,
  };
}

/** The operation of a job that only a call-back has named. */
export function builtOperation(requestId: string, { baseUrl, model }: FalQueue, acceptedAt: number): FalOperation {
  const job = `${baseUrl}/${applicationOf(model)}/requests/${encodeURIComponent(requestId)}`;
  const urls = { statusUrl: `${job}/status`, responseUrl: job, cancelUrl: `${job}/cancel` };
  return { requestId, ...urls, acceptedAt };
}

/**
 * An operation as it was stored.
 *
 * @throws {TypeError} for what is none, or has an address that must not get the key.
 */
export function storedOperation(operation: Json, { baseUrl }: FalQueue): FalOperation {
  const { requestId, statusUrl, responseUrl, cancelUrl, acceptedAt } = fieldsOf(operation);
  const areUrls = isOfFal(statusUrl, baseUrl) && isOfFal(responseUrl, baseUrl) && isOfFal(cancelUrl, baseUrl);
  if (!areUrls || !isRequestId(requestId)) throw new TypeError("The operation is none of fal's.");
  return {
    requestId,
    statusUrl,
    responseUrl,
    cancelUrl,
    acceptedAt: typeof acceptedAt === "number" ? acceptedAt : 0,
  };
}

/** Ids are UUIDs; whatever they become, they must fit where ids of jobs are kept. */
export function isRequestId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= 255;
}

/** Jobs are kept by application: the path behind it chooses what it does. */
function applicationOf(model: string): string {
  const parts = model.split("/");
  return parts.slice(0, parts[0] === "workflows" || parts[0] === "comfy" ? 3 : 2).join("/");
}

function isOfFal(url: unknown, baseUrl: string): url is string {
  return isTrustedWithKey(url, baseUrl, "fal.run");
}

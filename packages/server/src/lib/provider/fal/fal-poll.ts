import { asRecord } from "../../json/as-record.js";
import type { OperationStatus } from "../../ports/provider.js";
import { isNotFound } from "../kit/failures/is-not-found.js";
import { tooLong } from "../kit/failures/too-long.js";
import { whenNotFound } from "../kit/failures/when-not-found.js";
import { maxResponseBytes, maxTextResponseBytes } from "../kit/request/max-response-bytes.js";
import { queryVendor } from "../kit/request/query-vendor.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import { type VendorRequest, type VendorResponse, vendorRequest } from "../kit/request/vendor-request.js";
import { tqdmProgress } from "../kit/tqdm-progress.js";
import { errorTypesOf, isCanceled, jobFailureOf } from "./fal-failure.js";
import type { FalInput } from "./fal-input.js";
import type { FalOperation } from "./fal-operation.js";
import { costsOf, failureOfOutputs, outputsOf } from "./fal-outputs.js";

/** Maximum number of images that a model returns with `sync_mode`. */
const maxImages = 10;

/** Builds a free request with the API key. */
export type FalRequests = (url: string, how?: { readonly maxBytes?: number; readonly method?: "PUT" }) => VendorRequest;

/** Status of a completed job, whose result is read next. */
interface Ended {
  readonly type: "ended";
  readonly hasFailed: boolean;
  readonly errorType: unknown;
}

/** Status that the queue reports. */
type JobState = OperationStatus | Ended | "not_found";

/** Options of `pollFal` besides the operation. */
export interface FalPollOptions {
  /** Input of the generation. */
  readonly input: FalInput;
  /** Limit of one output in bytes; absent for no limit. */
  readonly maxOutputBytes: number | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * Polls a job, and reads its result once it has ended. `COMPLETED` does not mean that the job succeeded.
 *
 * @throws if the status cannot be read now.
 */
export async function pollFal(
  operation: FalOperation,
  {
    requestTo,
    options: { input, maxOutputBytes, now },
  }: { readonly requestTo: FalRequests; readonly options: FalPollOptions },
): Promise<OperationStatus> {
  const { requestId, responseUrl } = operation;
  const state = await stateOf(operation, requestTo);
  if (state === "not_found") return whenNotFound({ ...missingJobOf(operation), now });
  if (state.type !== "ended") return state;
  const maxBytes =
    input.sync_mode === true ? maxResponseBytes(maxOutputBytes, { images: maxImages }) : maxTextResponseBytes;
  const result = await vendorRequest(requestTo(responseUrl, { maxBytes }));
  if (result.type === "too_long") return { type: "failed", failure: tooLong(`fal's result of job ${requestId}`) };
  if (result.type !== "responded")
    throw new Error(`Could not read the result of fal's job ${requestId}: ${result.reason}`);
  if (!state.hasFailed && isGone(result)) return whenNotFound({ ...missingJobOf(operation), now, keptForMs: 0 });
  return statusOfResult(requestId, { response: result, ended: state });
}

/** Returns whether a job that has ended was canceled. */
export async function wasCanceled(operation: FalOperation, requestTo: FalRequests): Promise<boolean> {
  const state = await stateOf(operation, requestTo);
  if (state === "not_found" || state.type !== "ended" || !state.hasFailed) return false;
  const result = await vendorRequest(requestTo(operation.responseUrl));
  return result.type === "responded" && isCanceled(result, state.errorType);
}

/** Arguments of `whenNotFound`. */
function missingJobOf({ acceptedAt, requestId }: FalOperation) {
  return { name: `fal's job ${requestId}`, acceptedAt };
}

async function stateOf({ requestId, statusUrl }: FalOperation, requestTo: FalRequests): Promise<JobState> {
  const url = new URL(statusUrl);
  url.searchParams.set("logs", "1");
  const response = await queryVendor("fal", requestTo(url.href, { maxBytes: maxTextResponseBytes }));
  if (isNotFound(response)) return "not_found";
  const { status, queue_position, logs, error, error_type } = asRecord(jsonOf(response));
  if (response.status >= 300 || typeof status !== "string") {
    throw new Error(`fal responded with ${response.status}, without a status of job ${requestId}.`);
  }
  if (status === "COMPLETED")
    return { type: "ended", hasFailed: Boolean(error) || Boolean(error_type), errorType: error_type };
  if (status !== "IN_QUEUE") return { type: "running", progress: progressOf(logs) };
  return { type: "queued", queuePosition: typeof queue_position === "number" ? queue_position : null };
}

function progressOf(logs: unknown): number | null {
  if (!Array.isArray(logs)) return null;
  return tqdmProgress(
    logs
      .slice(-100)
      .map((line) => String(asRecord(line).message))
      .join("\n"),
  );
}

function statusOfResult(
  requestId: string,
  { response, ended: { hasFailed, errorType } }: { readonly response: VendorResponse; readonly ended: Ended },
): OperationStatus {
  const isSuccess = response.status >= 200 && response.status < 300;
  if (hasFailed || !isSuccess) {
    if (isCanceled(response, errorType)) return { type: "canceled" };
    if (!hasFailed && isStillInProgress(response)) return { type: "running", progress: null };
    if (isStillUnknown(response, { hasFailed, errorType })) {
      throw new Error(`fal responded with ${response.status} for the result of job ${requestId}.`);
    }
    return { type: "failed", failure: jobFailureOf(requestId, { response, errorType }), ...costsOf(response.headers) };
  }
  const result = jsonOf(response);
  if (result === null) throw new Error(`fal's result of job ${requestId} is not JSON.`);
  const outputs = outputsOf(result);
  const failure = failureOfOutputs(outputs);
  const costs = costsOf(response.headers);
  return failure === null ? { type: "done", outputs, ...costs } : { type: "failed", failure, ...costs };
}

/** The status and result endpoints may disagree briefly. fal has no error type for this, only a text. */
function isStillInProgress({ status, body }: VendorResponse): boolean {
  const { detail } = asRecord(jsonOf({ body }));
  return status === 400 && typeof detail === "string" && detail.includes("still in progress");
}

function isGone(response: VendorResponse): boolean {
  return (isNotFound(response) || response.status === 410) && errorTypesOf(response).length === 0;
}

/**
 * Returns whether the outcome of the job is still unknown. A failed job without an error type must not take over an error
 * of the result request: it would be retried, and paid again.
 */
function isStillUnknown(
  response: VendorResponse,
  { hasFailed, errorType }: Pick<Ended, "hasFailed" | "errorType">,
): boolean {
  if (!hasFailed) return isRequestError(response);
  const isSuccess = response.status >= 200 && response.status < 300;
  return !isSuccess && !errorType && errorTypesOf(response).length === 0 && isRequestError(response);
}

/**
 * Returns whether a response is about the request for the result, not about the job. An error of the request must not end
 * a paid job.
 */
function isRequestError(response: VendorResponse): boolean {
  if (isNotFound(response)) return false;
  if (response.status < 400) return true;
  if (response.status >= 500) return errorTypesOf(response).length === 0;
  return [401, 403, 404, 408, 425, 429].includes(response.status);
}

import type { Json } from "@safelight/client/contract";
import { asRecord } from "../../json/as-record.js";
import type { CancelOutcome, OperationStatus, PollContext } from "../../ports/provider.js";
import { failed } from "../kit/failures/failed.js";
import { isNotFound } from "../kit/failures/is-not-found.js";
import { tooLong } from "../kit/failures/too-long.js";
import { whenNotFound } from "../kit/failures/when-not-found.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { ResolvedVendorOptions } from "../kit/vendor-options.js";
import { expectKnownResponse, queryOpenai } from "./query-openai.js";
import { acceptedAtOf, responseIdOf } from "./response-operation.js";
import { statusOfResponse } from "./response-status.js";
import { metadataKeys } from "./responses-request.js";

/**
 * Reads the status of a response.
 *
 * @throws if the status cannot be read now.
 */
export async function pollResponse(
  options: ResolvedVendorOptions,
  {
    operation,
    context: { maxOutputBytes, signal, token },
  }: { readonly operation: Json; readonly context: Omit<PollContext<unknown>, "input"> },
): Promise<OperationStatus> {
  const responseId = responseIdOf(operation);
  if (responseId === null) return failed("job_lost", "The operation is not one of OpenAI's Responses API.");
  const result = await queryOpenai(options, { method: "GET", responseId, maxOutputBytes, signal });
  if (result.type === "too_long") return { type: "failed", failure: tooLong(`OpenAI's response ${responseId}`) };
  const responded = expectKnownResponse(result);
  if (isNotFound(responded)) {
    const name = `OpenAI's response ${responseId}`;
    return whenNotFound({ name, acceptedAt: acceptedAtOf(operation), now: options.now() });
  }
  const response = jsonOf(responded);
  if (typeof response !== "object" || response === null) {
    throw new Error(`Could not parse OpenAI's response ${responseId}.`);
  }
  const { [metadataKeys.token]: known } = asRecord(asRecord(response).metadata);
  // A webhook may have named the response, and webhooks of other programs in the project are genuine too.
  if (typeof known === "string" && known !== token) {
    return failed("submit_unknown", `Response ${responseId} belongs to another attempt.`);
  }
  return statusOfResponse(asRecord(response));
}

/**
 * Cancels a response. Idempotent.
 *
 * @throws if the result cannot be read now.
 */
export async function cancelResponse(
  options: ResolvedVendorOptions,
  { operation, signal }: { readonly operation: Json; readonly signal: AbortSignal },
): Promise<CancelOutcome> {
  const responseId = responseIdOf(operation);
  if (responseId === null) return "too_late";
  const result = await queryOpenai(options, { method: "POST", responseId, verb: "cancel", signal });
  const isRefused = result.type === "responded" && (result.status === 400 || result.status === 409);
  // The response has ended. Its status shows how.
  const responded = expectKnownResponse(
    isRefused ? await queryOpenai(options, { method: "GET", responseId, signal }) : result,
  );
  if (isNotFound(responded)) return "too_late";
  const { status } = asRecord(jsonOf(responded));
  if (status === "cancelled") return "canceled";
  return status === "completed" || status === "failed" || status === "incomplete" ? "too_late" : "requested";
}

import type { ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import { failureOfStatus } from "../kit/failures/failure-of-status.js";
import { isIdentifier } from "../kit/failures/is-identifier.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import type { VendorResponse } from "../kit/request/vendor-request.js";
import { vendorName } from "./comfyui-server.js";

/**
 * Failure that a response to a workflow proves, with the affected nodes. ComfyUI's messages are left out because they
 * repeat input values.
 *
 * @param now epoch milliseconds.
 */
export function failureOfPrompt(response: VendorResponse, now: number): ProviderFailure | null {
  const failure = failureOfStatus(vendorName, { response, now });
  if (failure === null || response.status !== 400) return failure;
  const { error, node_errors } = asRecord(jsonOf(response));
  const { type } = asRecord(error);
  const nodes = Object.entries(asRecord(node_errors)).map(([id, node]) => `${id} ${complaintOf(node)}`);
  const about = [isIdentifier(type) ? type : "no reason given", ...nodes].join("; ");
  const message = `${vendorName} refused the workflow: ${about}.`;
  // A node type that is not installed is the host's problem, not the owner's.
  return { code: type === "missing_node_type" ? "not_found" : "invalid_input", message };
}

/** Failure of a job, with the class of the exception that a node threw. */
export function failureOfExecution(jobId: string, error: unknown): ProviderFailure {
  const { exception_type, node_id, node_type } = asRecord(error);
  const type = isIdentifier(exception_type) ? exception_type : "an unnamed error";
  const node = [node_id, node_type].filter(isIdentifier).join(" ");
  const message = `${vendorName} failed job ${jobId}${node && ` in node ${node}`}: ${type}.`;
  // ComfyUI then unloads its models, so a retry may fit into memory.
  const isOutOfMemory = /OutOfMemory/.test(type);
  return { code: "provider_error", message, ...(isOutOfMemory && { retryable: true }) };
}

function complaintOf(node: unknown): string {
  const { class_type, errors } = asRecord(node);
  const types = Array.isArray(errors) ? errors.map((error) => asRecord(error).type) : [];
  const [name, ...words] = [class_type, ...types].map((word) => (isIdentifier(word) ? word : "?"));
  return `${name} (${words.join(", ")})`;
}

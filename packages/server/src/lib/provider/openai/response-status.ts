import { asRecord } from "../../json/as-record.js";
import type { OperationStatus, ProviderOutput, VendorCost } from "../../ports/provider.js";
import { costsIn } from "../kit/costs-in.js";
import { failed } from "../kit/failures/failed.js";
import { imageCosts, imageFrom } from "./images-response.js";
import { failureOfError } from "./openai-failure.js";

type ResponseFields = Readonly<Record<string, unknown>>;

/** Maps the state of a response. Unknown states are `running`. */
export function statusOfResponse(response: ResponseFields): OperationStatus {
  const costs = costsOf(response);
  switch (response.status) {
    case "queued":
      return { type: "queued", queuePosition: null };
    case "cancelled":
      return { type: "canceled" };
    case "failed":
      return { type: "failed", failure: failureOfError(response.error, whereOf(response)), ...costs };
    case "completed":
    case "incomplete":
      return { ...endOf(response), ...costs };
    default:
      return { type: "running", progress: null };
  }
}

/** Tokens of the image model, then those of the text model, which have other prices. */
function costsOf({ tool_usage, usage }: ResponseFields): { readonly costs?: readonly VendorCost[] } {
  const image = imageCosts(asRecord(tool_usage).image_gen).costs ?? [];
  const { input_tokens, output_tokens } = asRecord(usage);
  const text =
    costsIn({ "text-model-output-tokens": output_tokens, "text-model-input-tokens": input_tokens }).costs ?? [];
  return image.length + text.length === 0 ? {} : { costs: [...image, ...text] };
}

/**
 * Images that were completed before the response was cut off are whole and paid for, unless the content filter was the
 * reason.
 */
function endOf(response: ResponseFields): OperationStatus {
  const { reason } = asRecord(response.incomplete_details);
  if (reason === "content_filter") return failed("content_blocked", `OpenAI's filter ended ${nameOf(response)}.`);
  const items = itemsOf(response);
  const outputs = items.filter(({ type }) => type === "image_generation_call").map((call) => outputOf(call, response));
  const missing = outputs.find((output) => "failure" in output);
  if (outputs.some((output) => !("failure" in output))) return { type: "done", outputs };
  if (missing !== undefined) return { type: "failed", failure: missing.failure };
  const refused = items.some(({ content }) => Array.isArray(content) && content.some(isRefusal));
  if (refused) return failed("content_blocked", `OpenAI's text model refused ${nameOf(response)}.`);
  return failed("no_output", `OpenAI ended ${nameOf(response)} without an image.`);
}

function outputOf(call: ResponseFields, response: ResponseFields): ProviderOutput {
  if (call.error) return { failure: failureOfError(call.error, whereOf(response)) };
  return imageFrom({ b64_json: call.result, output_format: call.output_format });
}

function itemsOf({ output }: ResponseFields): readonly ResponseFields[] {
  return Array.isArray(output) ? output.map(asRecord) : [];
}

function isRefusal(part: unknown): boolean {
  return asRecord(part).type === "refusal";
}

function whereOf(response: ResponseFields): string {
  return `in ${nameOf(response)}`;
}

function nameOf({ id }: ResponseFields): string {
  return typeof id === "string" && /^[\w-]{1,200}$/.test(id) ? `response ${id}` : "a response";
}

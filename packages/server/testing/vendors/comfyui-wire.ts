import type { ProviderErrorCode } from "../../src/lib/generation/provider-failure.js";

interface ComfyuiError {
  readonly status: number;
  readonly body: unknown;
}

/** Response of ComfyUI, or of its proxy, for each refusal. */
export const comfyuiErrors = {
  invalid_input: refusedNode("prompt_outputs_failed_validation", "value_not_in_list"),
  not_found: refusedNode("missing_node_type", "missing_node_type"),
  unauthenticated: { status: 401, body: "<html>401</html>" },
  forbidden: { status: 403, body: "<html>403</html>" },
  rate_limited: { status: 429, body: "<html>429</html>" },
} as const satisfies Partial<Record<ProviderErrorCode, ComfyuiError>>;

export function isKnownRefusal(code: string): code is keyof typeof comfyuiErrors {
  return Object.hasOwn(comfyuiErrors, code);
}

/** A refusal, with an optional `Retry-After`. */
export function refusalOf(code: ProviderErrorCode, retryAfter?: string): Response {
  const { body, status } = comfyuiErrors[isKnownRefusal(code) ? code : "invalid_input"];
  const headers = retryAfter === undefined ? {} : { "retry-after": retryAfter };
  return typeof body === "string" ? new Response(body, { status, headers }) : Response.json(body, { status, headers });
}

/** ComfyUI's messages repeat the invalid value. */
function refusedNode(type: string, nodeError: string): ComfyuiError {
  const words = { message: "Value not in list", details: "text: 'an invalid quiet lake' not in […]", extra_info: {} };
  const node = {
    errors: [{ type: nodeError, ...words }],
    class_type: "CheckpointLoaderSimple",
    dependent_outputs: ["9"],
  };
  return { status: 400, body: { error: { type, ...words }, node_errors: { "4": node } } };
}

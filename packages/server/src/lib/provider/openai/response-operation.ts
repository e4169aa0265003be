import type { Json } from "@safelight/client/contract";
import { fieldsOf } from "../vendor/vendor-json.js";

/** What is needed to find a response again. */
export function toOperation(responseId: string): { readonly responseId: string } {
  return { responseId };
}

/** The id of the response behind an operation; `null` for one that is not ours. */
export function responseIdOf(operation: Json): string | null {
  const { responseId } = fieldsOf(operation);
  return isResponseId(responseId) ? responseId : null;
}

/** It becomes part of a path. */
export function isResponseId(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{1,200}$/.test(value);
}

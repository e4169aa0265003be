import type { Json } from "@safelight/client/contract";
import { fieldsOf } from "../kit/request/vendor-json.js";

/**
 * What is needed to find a response again.
 *
 * @param acceptedAt epoch milliseconds.
 */
export function toOperation(responseId: string, acceptedAt: number) {
  return { responseId, acceptedAt } as const;
}

/** When the response was accepted, in epoch milliseconds; 0 where nobody knows. */
export function acceptedAtOf(operation: Json): number {
  const { acceptedAt } = fieldsOf(operation);
  return typeof acceptedAt === "number" ? acceptedAt : 0;
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

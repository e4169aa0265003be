import type { Json } from "@safelight/client/contract";
import { asRecord } from "../../json/as-record.js";

/**
 * Operation of a response.
 *
 * @param acceptedAt epoch milliseconds.
 */
export function toOperation(responseId: string, acceptedAt: number) {
  return { responseId, acceptedAt } as const;
}

/** Time of acceptance in epoch milliseconds; 0 if unknown. */
export function acceptedAtOf(operation: Json): number {
  const { acceptedAt } = asRecord(operation);
  return typeof acceptedAt === "number" ? acceptedAt : 0;
}

/** Response id of an operation; `null` for an operation of another adapter. */
export function responseIdOf(operation: Json): string | null {
  const { responseId } = asRecord(operation);
  return isResponseId(responseId) ? responseId : null;
}

/** Guards a value that becomes part of a URL path. */
export function isResponseId(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{1,200}$/.test(value);
}

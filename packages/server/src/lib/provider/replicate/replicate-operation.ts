import type { Json } from "@safelight/client/contract";
import { fieldsOf } from "../kit/request/vendor-json.js";

/** What is needed to find a prediction again. */
export interface ReplicateOperation {
  readonly id: string;
  /** Epoch milliseconds; 0 where nobody knows. */
  readonly acceptedAt: number;
}

/**
 * An operation as it was stored.
 *
 * @throws {TypeError} for what is none.
 */
export function storedOperation(operation: Json): ReplicateOperation {
  const { id, acceptedAt } = fieldsOf(operation);
  if (!isPredictionId(id)) throw new TypeError("The operation is none of Replicate's.");
  return { id, acceptedAt: typeof acceptedAt === "number" ? acceptedAt : 0 };
}

/** Ids are short words; they become part of an address. */
export function isPredictionId(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{1,255}$/.test(value);
}

import type { Json } from "@safelight/client/contract";
import { asRecord } from "../../json/as-record.js";

/** Operation of a prediction. */
export interface ReplicateOperation {
  readonly id: string;
  /** Epoch milliseconds; 0 if unknown. */
  readonly acceptedAt: number;
}

/**
 * Parses a stored operation.
 *
 * @throws {TypeError} for an operation of another adapter.
 */
export function storedOperation(operation: Json): ReplicateOperation {
  const { id, acceptedAt } = asRecord(operation);
  if (!isPredictionId(id)) throw new TypeError("The operation is not one of Replicate's.");
  return { id, acceptedAt: typeof acceptedAt === "number" ? acceptedAt : 0 };
}

/** Guards an id that becomes part of a URL. */
export function isPredictionId(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{1,255}$/.test(value);
}

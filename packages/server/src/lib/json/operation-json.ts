import type { Json } from "@safelight/client/contract";
import { isNestedTooDeep, maxJsonDepth } from "./find-json-fault.js";

/** Max size of an operation, as JSON in UTF-8. */
export const maxOperationBytes = 65_536;

/** The end of a log line about an operation that the store cannot hold. */
export const operationRule =
  `an operation that cannot be stored. It must be JSON of at most ${maxOperationBytes} bytes and ` +
  `${maxJsonDepth} levels: its adapter must leave out each field that is not needed to find the job`;

/**
 * Converts a provider's handle of a job to JSON. SQL reads the stored handle, so it must be neither large nor deep.
 *
 * @returns `null` for no handle (`null`, `undefined`), `undefined` for a handle that cannot be stored.
 */
export function toOperation(operation: unknown): Json | undefined {
  try {
    const text: string | undefined = JSON.stringify(operation);
    if (text === undefined) return null;
    if (new TextEncoder().encode(text).byteLength > maxOperationBytes) return undefined;
    const json: Json = JSON.parse(text);
    return isNestedTooDeep(json) ? undefined : json;
  } catch {
    return undefined;
  }
}

import type { Json } from "@safelight/client/contract";
import { isNestedTooDeep, maxJsonDepth } from "./find-json-fault.js";

/** As JSON in UTF-8. */
export const mostOperationBytes = 65_536;

/** For the log, where an operation cannot be kept. */
export const operationRule =
  `an operation that cannot be kept. It must be JSON of at most ${mostOperationBytes} bytes and ` +
  `${maxJsonDepth} levels: its adapter must leave out all that is not needed to find the job again`;

/**
 * Reads a provider's handle of a job. It is kept in rows that are read in SQL, so it must neither be large nor deep.
 *
 * @returns `null` for a handle that is nothing, `undefined` for one that cannot be kept.
 */
export function toOperation(operation: unknown): Json | undefined {
  try {
    const text: string | undefined = JSON.stringify(operation);
    if (text === undefined) return null;
    if (new TextEncoder().encode(text).byteLength > mostOperationBytes) return undefined;
    const json: Json = JSON.parse(text);
    return isNestedTooDeep(json) ? undefined : json;
  } catch {
    return undefined;
  }
}
